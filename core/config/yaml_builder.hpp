#pragma once

#include <yaml-cpp/eventhandler.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_tree.hpp"

namespace murmur {

/// Fills a YamlTree from the parser's events. Building from events, and not from the parser's own tree, lets limits
/// apply before memory is spent and shows duplicate keys, which the tree hides.
class YamlBuilder final : public YAML::EventHandler {
public:
    /// The text, the source and the tree must outlive the builder.
    YamlBuilder(std::string_view text, const YamlSource& source, YamlTree& tree);

    void read();

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override;
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override;

private:
    /// A mapping or list that is not finished yet.
    struct Open {
        json::value value;
        std::optional<std::string> path;  // nothing when it would be longer than anybody asks for
        YAML::anchor_t anchor;
        std::optional<std::string> key = {};  // of a mapping: the key whose value comes next
    };

    void open(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor);
    void close();
    void add(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor);
    void place(json::value value);
    void add_key(const YAML::Mark& mark, const std::string& key);
    bool expects_key() const;
    std::optional<std::string> path_of_next() const;
    void note_position(const YAML::Mark& mark);
    void count(const YAML::Mark& mark, std::size_t values, std::size_t bytes);
    json::value scalar_value(const YAML::Mark& mark, const std::string& tag, const std::string& text) const;
    void check_tag(const YAML::Mark& mark, const std::string& tag, std::string_view expected = {}) const;
    void check_scalar(const YAML::Mark& mark, const std::string& tag, const std::string& text) const;
    YamlPosition position(const YAML::Mark& mark) const;
    std::string_view line_of(const YAML::Mark& mark) const;
    Error error(const YAML::Mark& mark, const std::string& complaint) const;
    Error syntax_error(const YAML::Mark& mark, const std::string& complaint) const;

    /// How far the characters of a line have been counted: places are asked for from left to right.
    struct Counted {
        int line = -1;
        std::size_t bytes = 0;
        int characters = 0;
    };

    std::string_view text_;
    const YamlSource& source_;
    YamlTree& tree_;
    std::vector<std::size_t> line_starts_;
    mutable Counted counted_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, json::value> anchors_;
    std::size_t values_ = 0;
    std::size_t alias_bytes_ = 0;
    int documents_ = 0;
};

}
