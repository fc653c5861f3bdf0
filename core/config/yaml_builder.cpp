#include "config/yaml_builder.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace murmur {

namespace {

// Deeper files do not come from people.
constexpr std::size_t yaml_depth_max = 32;
// Keeps a few lines of nested aliases from growing without bound.
constexpr std::size_t yaml_values_max = 20'000;

/// A plain scalar by the YAML 1.2 core schema. What only looks like a number (1.2.3, 0755, 12 digits of a hash) stays
/// text.
json::value plain_scalar_value(const std::string& text) {
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const std::size_t first = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    if (first == text.size() || text.find_first_not_of("0123456789.eE+-", first) != std::string::npos)
        return json::string(text);
    const bool leading_zero = text.size() > first + 1 && text[first] == '0' && text[first + 1] != '.';
    if (leading_zero || !std::isdigit(static_cast<unsigned char>(text[first]))) return json::string(text);
    const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
    const char* end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto parsed = std::from_chars(begin, end, whole); parsed.ec == std::errc() && parsed.ptr == end)
        return whole;
    double fraction = 0;
    if (const auto parsed = std::from_chars(begin, end, fraction);
        text.find('.') != std::string::npos && parsed.ec == std::errc() && parsed.ptr == end)
        return fraction;
    return json::string(text);
}

std::size_t count_values(const json::value& value) {
    std::size_t sum = 1;
    if (value.is_array())
        for (const json::value& item : value.get_array()) sum += count_values(item);
    if (value.is_object())
        for (const auto& member : value.get_object()) sum += count_values(member.value());
    return sum;
}

}

void YamlBuilder::read(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        throw Error(Errc::invalid_argument, document_.file() + ": not a text file");
    std::istringstream stream{std::string(text)};
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(*this)) {
        }
    } catch (const YAML::Exception& failure) {
        throw error(failure.mark, failure.msg);
    }
    if (!top_ || top_->is_null()) return;
    if (!top_->is_object())
        throw Error(Errc::invalid_argument, document_.file() + ": the top must be a mapping (key: value)");
    document_.root_ = std::move(top_->get_object());
}

Error YamlBuilder::error(const YAML::Mark& mark, const std::string& complaint) const {
    std::string where = document_.file();
    if (!mark.is_null()) where += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    return Error(Errc::invalid_argument, where + ": " + complaint);
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ > 1)
        throw error(mark, "a second document begins here").with_hint("Remove everything from the line --- on.");
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (expects_key()) throw error(mark, "a key is missing");
    add(mark, nullptr, anchor);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (expects_key()) throw error(mark, "a key must be a plain word");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw error(mark, "this alias stands inside the value that it names");
    count(mark, count_values(found->second));
    add(mark, found->second, 0);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& text) {
    if (expects_key()) return add_key(mark, text);
    // "?" is the parser's tag of a plain scalar; a quoted one has "!".
    add(mark, tag == "?" ? plain_scalar_value(text) : json::value(json::string(text)), anchor);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
    open(mark, json::array(), anchor);
}

void YamlBuilder::OnSequenceEnd() { close(); }

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
    open(mark, json::object(), anchor);
}

void YamlBuilder::OnMapEnd() { close(); }

bool YamlBuilder::expects_key() const { return !open_.empty() && open_.back().value.is_object() && !open_.back().key; }

std::string YamlBuilder::path_of_next() const {
    if (open_.empty()) return {};
    const Open& parent = open_.back();
    if (parent.value.is_array()) return parent.path + "[" + std::to_string(parent.value.get_array().size()) + "]";
    return parent.path.empty() ? *parent.key : parent.path + "." + *parent.key;
}

void YamlBuilder::open(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor) {
    if (expects_key()) throw error(mark, "a key must be a plain word");
    if (open_.size() == yaml_depth_max)
        throw error(mark, "nested deeper than " + std::to_string(yaml_depth_max) + " levels");
    count(mark, 1);
    std::string path = path_of_next();
    if (!open_.empty() && open_.back().value.is_array()) document_.positions_[path] = {mark.line + 1, mark.column + 1};
    open_.push_back({std::move(value), std::move(path), anchor, std::nullopt});
}

void YamlBuilder::close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    // Not through add(): the value was counted and its position noted when it began.
    if (done.anchor) anchors_[done.anchor] = done.value;
    if (open_.empty()) {
        top_ = std::move(done.value);
    } else if (Open& parent = open_.back(); parent.value.is_array()) {
        parent.value.get_array().push_back(std::move(done.value));
    } else {
        parent.value.get_object()[*parent.key] = std::move(done.value);
        parent.key.reset();
    }
}

void YamlBuilder::add(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor) {
    count(mark, 1);
    if (anchor) anchors_[anchor] = value;
    if (open_.empty()) {
        top_ = std::move(value);
    } else if (Open& parent = open_.back(); parent.value.is_array()) {
        document_.positions_[path_of_next()] = {mark.line + 1, mark.column + 1};
        parent.value.get_array().push_back(std::move(value));
    } else {
        parent.value.get_object()[*parent.key] = std::move(value);
        parent.key.reset();
    }
}

void YamlBuilder::add_key(const YAML::Mark& mark, const std::string& key) {
    Open& parent = open_.back();
    if (key == "<<") throw error(mark, "merge keys (<<) are not supported").with_hint("Write the values out.");
    if (parent.value.get_object().contains(key)) throw error(mark, "the key \"" + key + "\" appears a second time");
    parent.key = key;
    document_.positions_[path_of_next()] = {mark.line + 1, mark.column + 1};
}

void YamlBuilder::count(const YAML::Mark& mark, std::size_t values) {
    values_ += values;
    if (values_ > yaml_values_max)
        throw error(mark, "more than " + std::to_string(yaml_values_max) + " values")
            .with_hint("Aliases (*name) count as often as they are used.");
}

}
