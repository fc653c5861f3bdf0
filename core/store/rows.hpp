#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agents/decision.hpp"
#include "store/statement.hpp"

namespace murmur {

inline constexpr const char* database_file_name = "murmur.db";

// How values lie in columns; shared by the writing and the reading end.

std::string tenant_text(const Tenant& tenant);
/// An empty object is stored as an empty text: most are.
std::string data_text(const json::object& data);
json::object read_data(const std::string& text);
/// What of an agent lies in columns and not in its document, in the order of read_agent().
#define MURMUR_AGENT_COLUMNS                                                                                         \
    "row, document, generation, updated_at, progress_label, progress, progress_at, cost, reports_seen, session_ms, " \
    "session_n"
inline constexpr const char* agent_of_id_sql = "SELECT " MURMUR_AGENT_COLUMNS " FROM agents WHERE workflow_id = ?";
inline constexpr const char* agent_of_row_sql = "SELECT " MURMUR_AGENT_COLUMNS " FROM agents WHERE row = ?";
/// Columns: MURMUR_AGENT_COLUMNS.
Agent read_agent(const Statement::Run& run);
/// The agent of the only row, if there is one.
std::optional<Agent> find_agent(Statement::Run run);
/// Columns: row, agent, key, kind, incarnation, sequence, body, not_before, attempts.
Effect read_effect(const Statement::Run& run);
Phase read_phase(const std::string& enum_name);

}
