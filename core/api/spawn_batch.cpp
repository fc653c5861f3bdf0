#include <latch>
#include <murmur/error.hpp>
#include <unordered_set>

#include "api/agent_lookup.hpp"
#include "api/spawn_draft.hpp"
#include "api/spawn_limits.hpp"
#include "api/spawn_method.hpp"

namespace murmur {

namespace {

// As many as may be alive by default, and a few seconds of work for the one thread that decides.
constexpr std::size_t items_max = 10'000;

/// One agent of the call: refused before it got to the engine, or decided there.
struct BatchItem {
    std::string slug;
    std::string branch;
    std::optional<Error> error;
};

const json::array& read_items(const FieldReader& request) {
    const json::array* const items = request.find_array("items");
    if (!items || items->empty()) throw Error(Errc::invalid_argument, "items is empty");
    if (items->size() > items_max)
        throw Error(Errc::invalid_argument, std::to_string(items->size()) + " items are more than " +
                                                std::to_string(items_max) + " in one call")
            .with_hint("Make several calls of them.");
    return *items;
}

/// What is of one agent stands in its item; and resurrection has nothing that is the same for many.
SpawnFields read_template(const json::object& fields) {
    const FieldReader reader(fields);
    for (const char* field : {"slug", "prompt", "request_id"})
        if (reader.has(field))
            throw Error(Errc::invalid_argument, std::string("template.") + field + " belongs to the items");
    SpawnFields read = read_spawn_fields(reader);
    if (read.resurrect)
        throw Error(Errc::invalid_argument, "resurrect is not for many agents at once")
            .with_hint("Resurrect them one by one.");
    if (read.session_mode == "interactive")
        throw Error(Errc::invalid_argument, "session_mode interactive is not for many agents at once")
            .with_hint("Nobody sits at so many terminals; leave it out.");
    return read;
}

class Batch {
public:
    Batch(ApiContext& context, const Caller& caller, const SpawnDraft& draft)
        : context_(context), caller_(caller), draft_(draft), allowance_(context, caller) {}

    /// Checks the items and has the good ones decided; returns when all of it is stored.
    void run(const json::array& list) {
        items_.resize(list.size());
        std::vector<Engine::Submission> submissions;
        for (std::size_t i = 0; i < list.size(); ++i) {
            try {
                submissions.push_back({commands_of(list[i], i), {}});
                indices_.push_back(i);
            } catch (const Error& refused) {
                items_[i].error = refused;
            }
        }
        if (submissions.empty()) return;
        std::latch open(static_cast<std::ptrdiff_t>(submissions.size()));
        for (std::size_t n = 0; n < submissions.size(); ++n)
            submissions[n].completion = [&open, &item = items_[indices_[n]]](const Outcome& outcome) {
                if (outcome.error) item.error = outcome.error;
                if (!outcome.error) item.branch = outcome.agent->repos.front().branch;
                open.count_down();
            };
        context_.engine.submit(std::move(submissions));
        open.wait();
    }

    json::object answer() const {
        json::array results;
        for (const BatchItem& item : items_) {
            json::object result{{"slug", item.slug}};
            if (!item.branch.empty()) result.emplace("branch", item.branch);
            if (item.error) {
                result.emplace("code", errc_name(item.error->code()));
                result.emplace("message", item.error->message());
                if (!item.error->hint().empty()) result.emplace("hint", item.error->hint());
            }
            results.push_back(std::move(result));
        }
        return {{"results", std::move(results)}};
    }

private:
    std::vector<AddressedCommand> commands_of(const json::value& value, std::size_t index) {
        const std::string path = "items[" + std::to_string(index) + "]";
        if (!value.is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        const FieldReader item(value.get_object(), path);
        const std::string slug = item.get_string("slug", "");
        items_[index].slug = slug;
        check_slug(slug);
        const std::string prompt = item.get_string("prompt", "");
        check_prompt(prompt);
        const std::string request_id = read_request_id(item);
        if (!slugs_.insert(slug).second)
            throw Error(Errc::already_exists, "slug \"" + slug + "\" is there twice in this call")
                .with_hint("Each agent needs a slug of its own.");
        AgentId id = spawn_id(caller_, draft_.identity, slug, draft_.workspace);
        authorize_spawn(context_, caller_, draft_.identity, id);
        allowance_.take(id);
        return spawn_commands(finish_draft(context_, draft_, std::move(id), prompt, request_id));
    }

    ApiContext& context_;
    const Caller& caller_;
    const SpawnDraft& draft_;
    SpawnAllowance allowance_;
    std::vector<BatchItem> items_;      ///< in the order of the request
    std::vector<std::size_t> indices_;  ///< of those that were submitted
    std::unordered_set<std::string> slugs_;
};

}

json::object spawn_agents(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const json::array& list = read_items(request);
    const json::object* const given = request.find_object("template");
    SpawnFields fields = read_template(given ? *given : json::object());
    SpawnIdentity identity = choose_identity(context, caller, fields.service_profile);
    authorize_any(context, caller, "agent.create");
    const SpawnDraft draft = draft_spawn(context, caller, std::move(fields), std::move(identity));
    Batch batch(context, caller, draft);
    batch.run(list);
    return batch.answer();
}

}
