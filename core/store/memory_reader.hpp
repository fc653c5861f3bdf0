#pragma once

#include "base/locked.hpp"
#include "store/memory_tables.hpp"
#include "store/store.hpp"

namespace murmur {

std::optional<Agent> find_agent(const MemoryTables& tables, const std::string& workflow_id);
std::optional<Agent> find_agent(const MemoryTables& tables, std::int64_t row);

/// The reading end of a MemoryStore.
std::unique_ptr<StoreReader> make_memory_reader(std::shared_ptr<Locked<MemoryTables>> committed);

}
