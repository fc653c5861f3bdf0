#include "store/rows.hpp"

#include <boost/mp11/algorithm.hpp>
#include <murmur/error.hpp>

#include "base/described_json.hpp"

namespace murmur {

std::string tenant_text(const Tenant& tenant) { return tenant.provider + "/" + tenant.org; }

std::string data_text(const json::object& data) { return data.empty() ? std::string() : json::serialize(data); }

json::object read_data(const std::string& text) {
    return text.empty() ? json::object() : parse_json(text, "stored data").as_object();
}

Agent read_agent(const Statement::Run& run) {
    Agent agent = decode_agent(run.text(1));
    agent.row = run.integer(0);
    agent.generation = run.integer(2);
    agent.updated_at = from_ms(run.integer(3));
    agent.progress_label = run.text(4);
    agent.progress = run.text(5);
    agent.progress_at = from_ms(run.integer(6));
    agent.spent.cost_usd = run.real(7);
    agent.reports_seen = run.integer(8);
    agent.last_session_event = {run.integer(9), run.integer(10)};
    return agent;
}

std::optional<Agent> find_agent(Statement::Run run) {
    if (!run.step()) return std::nullopt;
    return read_agent(run);
}

Effect read_effect(const Statement::Run& run) {
    Effect effect;
    effect.row = run.integer(0);
    effect.agent_row = run.integer(1);
    effect.key = run.text(2);
    from_stored(json::value(run.text(3)), effect.kind);
    effect.incarnation = run.integer(4);
    effect.sequence = run.integer(5);
    effect.body = read_data(run.text(6));
    effect.not_before = from_ms(run.integer(7));
    effect.attempts = run.integer(8);
    return effect;
}

Phase read_phase(const std::string& enum_name) {
    Phase found = Phase::failed;
    bool known = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Phase>>([&](auto enumerator) {
        if (phase_enum_name(enumerator.value) != enum_name) return;
        found = enumerator.value;
        known = true;
    });
    if (!known) throw Error(Errc::data_loss, "stored phase \"" + enum_name + "\" is not known to this version");
    return found;
}

}
