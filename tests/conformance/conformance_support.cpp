#include "conformance_support.hpp"

namespace murmur::conformance {

namespace {

/// The member or item that a step leads to; makes it when it is told to.
json::value* step_into(json::value& value, const std::string& step, bool make) {
    if (step == "[]") {
        if (!value.is_array()) {
            if (!make) return nullptr;
            value = json::array{json::object{}};
        }
        return value.get_array().empty() ? nullptr : &value.get_array().front();
    }
    if (!value.is_object()) {
        if (!make) return nullptr;
        value = json::object{};
    }
    json::object& object = value.get_object();
    if (step == "<name>") {
        if (object.empty() && make) object.emplace("us-west1", json::object{});
        return object.empty() ? nullptr : &object.begin()->value();
    }
    if (json::value* const found = object.if_contains(step)) return found;
    return make ? &object.emplace(step, nullptr).first->value() : nullptr;
}

}

std::vector<std::string> steps_of(const std::string& path) {
    std::vector<std::string> steps;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        const std::size_t end = std::min(path.find('.', begin), path.size());
        std::string step = path.substr(begin, end - begin);
        const bool is_list = step.size() > 2 && step.compare(step.size() - 2, 2, "[]") == 0;
        steps.push_back(is_list ? step.substr(0, step.size() - 2) : step);
        if (is_list) steps.push_back("[]");
        begin = end + 1;
    }
    return steps;
}

std::string shown_path(const json::object& fields, const std::string& path) {
    json::value value(fields);
    json::value* at = &value;
    std::string shown;
    for (const std::string& step : steps_of(path)) {
        if (step == "[]") {
            shown += "[0]";
        } else {
            const bool is_named = step == "<name>" && at && at->is_object() && !at->get_object().empty();
            const std::string key = is_named ? std::string(at->get_object().begin()->key()) : step;
            shown += (shown.empty() ? "" : ".") + key;
        }
        at = at ? step_into(*at, step, false) : nullptr;
    }
    return shown;
}

void put(json::object& fields, const std::string& path, const json::value& value) {
    json::value whole(std::move(fields));
    json::value* at = &whole;
    for (const std::string& step : steps_of(path)) at = step_into(*at, step, true);
    *at = value;
    fields = std::move(whole.get_object());
}

void drop(json::object& fields, const std::string& path) {
    json::value whole(std::move(fields));
    json::value* at = &whole;
    std::vector<std::string> steps = steps_of(path);
    const std::string last = steps.back();
    steps.pop_back();
    for (const std::string& step : steps) at = at ? step_into(*at, step, false) : nullptr;
    if (at && at->is_object()) at->get_object().stable_erase(last);
    fields = std::move(whole.get_object());
}

const json::value* look(const json::object& fields, const std::string& path) {
    // Nothing is made, so nothing is changed.
    json::value whole(fields);
    json::value* at = &whole;
    for (const std::string& step : steps_of(path)) {
        at = at ? step_into(*at, step, false) : nullptr;
        if (!at) return nullptr;
    }
    static thread_local json::value found;
    found = *at;
    return &found;
}

const MinimumInput& base_of(const FieldCase& field) {
    return minimum_input(field.base.empty() ? field.kind : field.base);
}

json::object fields_of(const MinimumInput& input) {
    return parse_resource(kinds().get(input.kind).spec, input.text, "").fields;
}

std::string text_of(const std::string& kind, const json::object& fields) {
    const CatalogKindSpec& spec = kinds().get(kind).spec;
    if (!spec.markdown) return json::serialize(fields);
    std::string front, body;
    for (const auto& [key, value] : fields) {
        if (key == spec.body_field)
            body = value.as_string();
        else
            front += std::string(key) + ": " + json::serialize(value) + "\n";
    }
    return "---\n" + front + "---\n" + body;
}

CheckedBody set_text(const std::string& kind, const std::string& name, const std::string& text) {
    const Kind& found = kinds().get(kind);
    return check_resource(found, name, parse_resource(found.spec, text, ""));
}

std::string get_text(const std::string& kind, const json::object& body) {
    const CatalogKindSpec& spec = kinds().get(kind).spec;
    return spec.markdown ? to_markdown(spec, body) : to_yaml(body);
}

std::string complaint_about(const std::string& kind, const std::string& name, const std::string& text) {
    try {
        set_text(kind, name, text);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument) << error.message();
        return error.message();
    }
    return "accepted";
}

}
