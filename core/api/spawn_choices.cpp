#include "api/spawn_choices.hpp"

#include <algorithm>
#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "api/budget_fields.hpp"

namespace murmur {

namespace {

const BackendCapabilities* capabilities_of(const std::string& backend, const ApiOptions& options) {
    const auto found = options.backend_capabilities.find(backend);
    return found == options.backend_capabilities.end() ? nullptr : &found->second;
}

/// One without models of its own runs whatever it is given.
bool runs_model(const std::string& backend, const std::string& model, const ApiOptions& options) {
    const BackendCapabilities* const capabilities = capabilities_of(backend, options);
    if (model.empty() || !capabilities || capabilities->model_prefixes.empty()) return true;
    const std::string implied = options.backend_of_model(model);
    return implied.empty() || implied == backend;
}

struct BackendChoice {
    std::string name;
    std::size_t place = 0;  ///< in which it was said
};

BackendChoice choose_backend(const std::vector<SpawnWishes>& wishes, const ApiOptions& options) {
    for (std::size_t place = 0; place < wishes.size(); ++place) {
        if (!wishes[place].backend.empty()) return {wishes[place].backend, place};
        if (wishes[place].model.empty()) continue;
        if (std::string implied = options.backend_of_model(wishes[place].model); !implied.empty())
            return {std::move(implied), place};
    }
    return {options.default_backend, wishes.size()};
}

std::string choose_model(const std::vector<SpawnWishes>& wishes, const BackendChoice& backend,
                         const ApiOptions& options) {
    for (std::size_t place = 0; place < wishes.size(); ++place) {
        const std::string& model = wishes[place].model;
        if (model.empty()) continue;
        // Said beside another backend, it is that one's.
        const bool is_of_another =
            place > backend.place && !wishes[place].backend.empty() && wishes[place].backend != backend.name;
        if (is_of_another) continue;
        if (runs_model(backend.name, model, options)) return model;
        if (place <= backend.place)
            throw Error(Errc::invalid_argument, "backend \"" + backend.name + "\" does not run model \"" + model + "\"")
                .with_hint("Leave out the backend: it is \"" + options.backend_of_model(model) + "\" for this model.");
    }
    return {};
}

std::string listed(const std::vector<std::string>& words) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
    return list;
}

}

std::string choose_known(const std::string& wanted, const std::vector<std::string>& known, const std::string& what) {
    if (std::find(known.begin(), known.end(), wanted) != known.end()) return wanted;
    const std::string nearest = did_you_mean(wanted, known);
    throw Error(Errc::not_found, what + " \"" + wanted + "\" not found")
        .with_hint(nearest.empty() ? "See what is loaded, and what was refused, with: murmur plugin ls" : nearest);
}

SpawnChoices choose_spawn(const std::vector<SpawnWishes>& wishes, const ApiOptions& options) {
    SpawnChoices choices;
    const BackendChoice backend = choose_backend(wishes, options);
    choices.backend = choose_known(backend.name, options.backends, "backend");
    choices.model = choose_model(wishes, backend, options);
    for (const SpawnWishes& place : wishes) choices.budget = overlaid(choices.budget, place.budget);
    const auto idle = std::find_if(wishes.begin(), wishes.end(), [](const SpawnWishes& w) { return w.on_idle; });
    if (idle != wishes.end()) choices.on_idle = *idle->on_idle;
    return choices;
}

void check_backend_can(const std::string& backend, const AgentSpec& spec, const ApiOptions& options) {
    const BackendCapabilities* const capabilities = capabilities_of(backend, options);
    if (spec.session_mode == "interactive" && (!capabilities || !capabilities->interactive))
        throw Error(Errc::invalid_argument, "backend \"" + backend + "\" has no interactive sessions")
            .with_hint("Leave out -i, and talk to the agent with: murmur session send SLUG \"…\"");
    if (!capabilities || capabilities->reasoning_efforts.empty() || spec.reasoning_effort.empty()) return;
    const std::vector<std::string>& known = capabilities->reasoning_efforts;
    if (std::find(known.begin(), known.end(), spec.reasoning_effort) != known.end()) return;
    const std::string nearest = did_you_mean(spec.reasoning_effort, known);
    throw Error(Errc::invalid_argument, "backend \"" + backend + "\" has no reasoning effort \"" +
                                            spec.reasoning_effort + "\", but " + listed(known))
        .with_hint(nearest);
}

}
