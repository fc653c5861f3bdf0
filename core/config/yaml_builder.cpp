#include "config/yaml_builder.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "base/utf8.hpp"
#include "config/yaml_scalar.hpp"

namespace murmur {

namespace {

constexpr std::size_t yaml_alias_bytes_max = std::size_t{1} << 20;
// Nobody asks where something stands whose path is longer.
constexpr std::size_t yaml_path_bytes_max = 512;

struct ValueSize {
    std::size_t values = 1;
    std::size_t bytes = 0;
};

ValueSize size_of(const json::value& value) {
    ValueSize sum;
    const auto add = [&](const json::value& inner) {
        const ValueSize size = size_of(inner);
        sum.values += size.values;
        sum.bytes += size.bytes;
    };
    if (value.is_string()) sum.bytes += value.get_string().size();
    if (value.is_array())
        for (const json::value& item : value.get_array()) add(item);
    if (value.is_object())
        for (const auto& member : value.get_object()) {
            sum.bytes += member.key().size();
            add(member.value());
        }
    return sum;
}

/// The parser's terse words, said so that somebody who does not know the grammar finds the mistake.
std::string plain_words(const std::string& complaint) {
    static const std::map<std::string, std::string, std::less<>> words = {
        {"illegal map value", "\": \" cannot stand here: put the value in quotes, or mend the indentation"},
        {"end of map not found", "this line does not fit the indentation of the lines above"},
        {"end of sequence not found", "this line does not fit the indentation of the list above"},
        {"end of sequence flow not found", "a [ is not closed"},
        {"end of map flow not found", "a { is not closed"},
        {"illegal tab when looking for indentation", "a tab in the indentation: use spaces"},
        {"illegal EOF in scalar", "a quoted text is not closed"},
    };
    const auto found = words.find(complaint);
    return found == words.end() ? complaint : found->second;
}

constexpr std::string_view core_tag_prefix = "tag:yaml.org,2002:";

/// "str" of "!!str"; empty of what is no tag of that family.
std::string_view core_tag_name(std::string_view tag) {
    return tag.starts_with(core_tag_prefix) ? tag.substr(core_tag_prefix.size()) : std::string_view();
}

/// "?" and "!" are the parser's own: of what has no tag, and of a text in quotes.
bool has_yaml_tag(std::string_view tag) { return !tag.empty() && tag != "?" && tag != "!"; }

/// Whether the quoted text that begins at `at` (perhaps behind an anchor or a tag) is closed.
bool is_quote_closed(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
        at = text.find_first_of(" \t\r\n", at);
        at = at == std::string_view::npos ? at : text.find_first_not_of(" \t\r\n", at);
    }
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return true;
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '"' || i + 1 >= text.size() || text[i + 1] != '\'') return true;
            ++i;
        }
    }
    return false;
}

}

YamlBuilder::YamlBuilder(std::string_view text, const YamlSource& source, YamlTree& tree)
    : text_(text), source_(source), tree_(tree), line_starts_{0} {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n') line_starts_.push_back(i + 1);
}

void YamlBuilder::read() {
    std::istringstream stream{std::string(text_)};
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(*this)) {
        }
    } catch (const YAML::Exception& failure) {
        throw syntax_error(failure.mark, failure.msg);
    }
}

YamlPosition YamlBuilder::position(const YAML::Mark& mark) const {
    if (mark.is_null()) return {};
    const std::string_view line = line_of(mark);
    const std::size_t bytes = std::min(static_cast<std::size_t>(std::max(mark.column, 0)), line.size());
    if (counted_.line != mark.line || counted_.bytes > bytes) counted_ = {mark.line, 0, 0};
    for (; counted_.bytes < bytes; ++counted_.bytes)
        if ((static_cast<unsigned char>(line[counted_.bytes]) & 0xC0) != 0x80) ++counted_.characters;
    return {mark.line + source_.first_line, counted_.characters + 1};
}

std::string_view YamlBuilder::line_of(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    if (mark.is_null() || line >= line_starts_.size()) return {};
    const std::string_view rest = text_.substr(line_starts_[line]);
    return rest.substr(0, rest.find('\n'));
}

Error YamlBuilder::error(const YAML::Mark& mark, const std::string& complaint) const {
    return source_.error(position(mark), complaint);
}

Error YamlBuilder::syntax_error(const YAML::Mark& mark, const std::string& complaint) const {
    // A tab makes the parser stumble over what stands behind it.
    const std::string_view line = line_of(mark);
    const std::size_t tab = line.substr(0, line.find_first_not_of(" \t")).find('\t');
    if (tab != std::string_view::npos)
        return source_.error({position(mark).line, static_cast<int>(tab) + 1}, "a tab in the indentation: use spaces");
    return error(mark, plain_words(complaint));
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
    if (expects_key()) throw error(mark, "a key must be a plain word (or a bracket is not closed)");
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw error(mark, "this alias stands inside the value that it names");
    const ValueSize size = size_of(found->second);
    count(mark, size.values, size.bytes);
    add(mark, found->second, 0);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& text) {
    check_scalar(mark, tag, text);
    check_tag(mark, tag);
    if (expects_key()) {
        if (tag == "?" && text == "<<")
            throw error(mark, "merge keys (<<) are not supported").with_hint("Write the values out.");
        return add_key(mark, text);
    }
    add(mark, scalar_value(mark, tag, text), anchor);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
    check_tag(mark, tag, "seq");
    open(mark, json::array(), anchor);
}

void YamlBuilder::OnSequenceEnd() { close(); }

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
    check_tag(mark, tag, "map");
    open(mark, json::object(), anchor);
}

void YamlBuilder::OnMapEnd() { close(); }

json::value YamlBuilder::scalar_value(const YAML::Mark& mark, const std::string& tag, const std::string& text) const {
    const std::string_view name = core_tag_name(tag);
    if (tag != "?" && (name.empty() || name == "str")) return json::string(text);
    json::value value = yaml_plain_value(text);
    const bool fits = name.empty() || (name == "int" && (value.is_int64() || value.is_uint64())) ||
                      (name == "float" && value.is_number()) || (name == "bool" && value.is_bool()) ||
                      (name == "null" && value.is_null());
    if (!fits) throw error(mark, "this is no !!" + std::string(name));
    return value;
}

/// A tag may say the type that a value has anyway; what others ask for would be lost in silence.
void YamlBuilder::check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view expected) const {
    constexpr std::array<std::string_view, 7> core_tags = {"str", "int", "float", "bool", "null", "seq", "map"};
    if (!has_yaml_tag(tag)) return;
    const std::string_view name = core_tag_name(tag);
    const std::string shown = name.empty() ? tag : "!!" + std::string(name);
    if (std::find(core_tags.begin(), core_tags.end(), name) == core_tags.end())
        throw error(mark, "tags (" + shown + ") are not supported").with_hint("Write the value without it.");
    const bool is_collection = name == "seq" || name == "map";
    if (expected.empty() ? is_collection : name != expected) throw error(mark, "this is no " + shown);
}

void YamlBuilder::check_scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text) const {
    if (tag != "?" && !is_quote_closed(text_, static_cast<std::size_t>(std::max(mark.pos, 0))))
        throw error(mark, "a quoted text is not closed");
    // The parser makes single bytes of \N and \_ in double quotes.
    for (std::string_view rest = text; !rest.empty();) {
        const std::size_t length = utf8_sequence_length(rest);
        if (length == 0)
            throw error(mark, "an escape that is not supported")
                .with_hint("Write the character itself, or \\u and its number.");
        rest.remove_prefix(length);
    }
}

bool YamlBuilder::expects_key() const { return !open_.empty() && open_.back().value.is_object() && !open_.back().key; }

std::optional<std::string> YamlBuilder::path_of_next() const {
    if (open_.empty()) return std::string();
    const Open& parent = open_.back();
    if (!parent.path) return std::nullopt;
    std::string path = *parent.path;
    if (parent.value.is_array())
        path += "[" + std::to_string(parent.value.get_array().size()) + "]";
    else
        path += (path.empty() ? "" : ".") + *parent.key;
    if (path.size() > yaml_path_bytes_max) return std::nullopt;
    return path;
}

void YamlBuilder::note_position(const YAML::Mark& mark) {
    if (auto path = path_of_next()) tree_.positions[std::move(*path)] = position(mark);
}

void YamlBuilder::open(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor) {
    if (expects_key()) throw error(mark, "a key must be a plain word (or a bracket is not closed)");
    if (open_.size() == yaml_depth_max)
        throw error(mark, "nested deeper than " + std::to_string(yaml_depth_max) + " levels");
    count(mark, 1, 0);
    if (!open_.empty() && open_.back().value.is_array()) note_position(mark);
    open_.push_back({std::move(value), path_of_next(), anchor});
}

void YamlBuilder::close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    // Not through add(): the value was counted and its position noted when it began.
    if (done.anchor) anchors_[done.anchor] = done.value;
    place(std::move(done.value));
}

void YamlBuilder::add(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor) {
    count(mark, 1, 0);
    if (anchor) anchors_[anchor] = value;
    if (!open_.empty() && open_.back().value.is_array()) note_position(mark);
    place(std::move(value));
}

void YamlBuilder::place(json::value value) {
    if (open_.empty()) {
        tree_.top = std::move(value);
    } else if (Open& parent = open_.back(); parent.value.is_array()) {
        parent.value.get_array().push_back(std::move(value));
    } else {
        parent.value.get_object()[*parent.key] = std::move(value);
        parent.key.reset();
    }
}

void YamlBuilder::add_key(const YAML::Mark& mark, const std::string& key) {
    Open& parent = open_.back();
    if (key.size() > yaml_key_bytes_max)
        throw error(mark, "a key is longer than " + std::to_string(yaml_key_bytes_max) + " bytes");
    if (parent.value.get_object().contains(key)) throw error(mark, "the key \"" + key + "\" appears a second time");
    parent.key = key;
    note_position(mark);
}

void YamlBuilder::count(const YAML::Mark& mark, std::size_t values, std::size_t bytes) {
    values_ += values;
    alias_bytes_ += bytes;
    if (values_ > yaml_values_max)
        throw error(mark, "more than " + std::to_string(yaml_values_max) + " values")
            .with_hint("Aliases (*name) count as often as they are used.");
    if (alias_bytes_ > yaml_alias_bytes_max)
        throw error(mark, "aliases (*name) stand for more than 1 MiB").with_hint("Write the text out once.");
}

}
