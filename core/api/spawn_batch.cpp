#include <algorithm>
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
    std::string prompt;
    std::string request_id;
    AgentId id;
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
    Batch(ApiContext& context, const Caller& caller) : context_(context), caller_(caller) {}

    /// Checks each item for itself. Throws when the caller may make none of them.
    void admit(const json::array& list, const SpawnIdentity& identity, const std::string& workspace) {
        items_.resize(list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            try {
                read_item(list[i], "items[" + std::to_string(i) + "]", items_[i]);
                items_[i].id = spawn_id(caller_, identity, items_[i].slug, workspace);
                authorize_spawn(context_, caller_, identity, items_[i].id);
            } catch (const Error& refused) {
                items_[i].error = refused;
            }
        }
        const auto is_denied = [](const BatchItem& item) {
            return item.error && item.error->code() == Errc::permission_denied;
        };
        if (std::all_of(items_.begin(), items_.end(), is_denied)) throw *items_.front().error;
    }

    /// Has what was admitted decided, all together; returns when all of it is stored.
    void spawn(const SpawnDraft& draft) {
        SpawnAllowance allowance(context_, caller_);
        std::vector<BatchItem*> submitted;
        std::vector<Engine::Submission> submissions;
        for (BatchItem& item : items_) {
            if (item.error) continue;
            try {
                command::Spawn command = finish_draft(context_, draft, item.id, item.prompt, item.request_id);
                allowance.take(command.id);
                submissions.push_back(spawn_submission(std::move(command)));
                submitted.push_back(&item);
            } catch (const Error& refused) {
                item.error = refused;
            }
        }
        if (submissions.empty()) return;
        std::latch open(static_cast<std::ptrdiff_t>(submissions.size()));
        for (std::size_t i = 0; i < submissions.size(); ++i)
            submissions[i].completion = [&open, item = submitted[i]](const Outcome& outcome) {
                if (outcome.error) item->error = outcome.error;
                if (!outcome.error) item->branch = outcome.agent->repos.front().branch;
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
    void read_item(const json::value& value, const std::string& path, BatchItem& item) {
        if (!value.is_object()) throw Error(Errc::invalid_argument, path + " must be an object");
        const FieldReader fields(value.get_object(), path);
        item.slug = fields.get_string("slug", "");
        check_slug(item.slug);
        item.prompt = fields.get_string("prompt", "");
        check_prompt(item.prompt);
        item.request_id = read_request_id(fields);
        if (!slugs_.insert(item.slug).second)
            throw Error(Errc::already_exists, "slug \"" + item.slug + "\" is there twice in this call")
                .with_hint("Each agent needs a slug of its own.");
    }

    ApiContext& context_;
    const Caller& caller_;
    std::vector<BatchItem> items_;  ///< in the order of the request
    std::unordered_set<std::string> slugs_;
};

}

json::object spawn_agents(ApiContext& context, const Caller& caller, const FieldReader& request) {
    const json::array& list = read_items(request);
    const json::object* const given = request.find_object("template");
    SpawnFields fields = read_template(given ? *given : json::object());
    SpawnIdentity identity = choose_identity(context, caller, fields);
    Batch batch(context, caller);
    batch.admit(list, identity, fields.workspace);
    batch.spawn(draft_spawn(context, caller, std::move(fields), std::move(identity)));
    return batch.answer();
}

}
