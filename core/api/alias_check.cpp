#include "api/alias_check.hpp"

#include <murmur/error.hpp>
#include <murmur/nearest.hpp>

#include "api/agent_lookup.hpp"

namespace murmur {

namespace {

std::string account_of(const json::object& fields) {
    const json::object* id = FieldReader(fields).find_object("agent_id");
    return id ? FieldReader(*id, "agent_id").get_string("account", "") : "";
}

void check_agent_exists(ApiContext& context, const Caller& caller, const std::string& account, const FieldReader& id) {
    std::string slug;
    for (const std::string& part : id.get_strings("agent")) slug += (slug.empty() ? "" : "/") + part;
    if (slug.empty() || !context.reader.find_slug(tenant_key(caller.tenant), account, slug).empty()) return;
    std::vector<std::string> slugs;
    for (const AgentRow& row : context.reader.list_agents({tenant_key(caller.tenant), "", account, true}))
        slugs.push_back(row.slug);
    const std::string nearest = did_you_mean(slug, slugs);
    throw Error(Errc::invalid_argument, "agent \"" + slug + "\" does not exist")
        .with_hint(nearest.empty() ? "List the agents there are with: murmur ls -a" : nearest);
}

}

void check_alias(ApiContext& context, const Caller& caller, const ResourceKey& key, const json::object& fields) {
    const json::object* id = FieldReader(fields).find_object("agent_id");
    if (!id) return;
    const std::string account = account_of(fields);
    if (!account.empty() && account != caller.account)
        throw Error(Errc::invalid_argument, "agent_id.account must be \"" + caller.account + "\", your own")
            .with_hint("An alias leads to an agent of the one who makes it.");
    if (const auto before = context.catalog.find(key); before && account_of(before->body) != caller.account)
        throw Error(Errc::already_exists, "alias \"" + key.name + "\" belongs to " + account_of(before->body))
            .with_hint("Choose another name.");
    if (!account.empty()) check_agent_exists(context, caller, account, FieldReader(*id, "agent_id"));
}

}
