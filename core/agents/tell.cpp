#include "agents/tell.hpp"

#include "base/described_json.hpp"

namespace murmur {

json::object tell_child_changed(const std::string& to, const command::ChildChanged& changed) {
    return {{"to", to}, {"what", "child_changed"}, {"child", to_stored(changed.child)}, {"text", changed.text}};
}

json::object tell_kill(const std::string& to, const command::Kill& kill) {
    return {{"to", to}, {"what", "kill"}, {"discard", kill.discard}, {"by", kill.by}};
}

Tell read_tell(const json::object& body) {
    try {
        Tell tell{std::string(body.at("to").as_string()), command::Kill{}};
        const std::string what(body.at("what").as_string());
        if (what == "kill") {
            tell.command = command::Kill{body.at("discard").as_bool(), std::string(body.at("by").as_string())};
        } else if (what == "child_changed") {
            command::ChildChanged changed;
            from_stored(body.at("child"), changed.child);
            changed.text = std::string(body.at("text").as_string());
            tell.command = std::move(changed);
        } else {
            throw Error(Errc::data_loss, "what an agent tells another is not known to this version: \"" + what + "\"");
        }
        return tell;
    } catch (const Error&) {
        throw;
    } catch (const std::exception&) {
        throw Error(Errc::data_loss, "what an agent tells another is damaged");
    }
}

}
