#pragma once

#include <yaml-cpp/eventhandler.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/yaml_document.hpp"

namespace murmur {

/// Fills a YamlDocument from the parser's events. Building from events, and not from the parser's own tree, lets limits
/// apply before memory is spent and shows duplicate keys, which the tree hides.
class YamlBuilder final : public YAML::EventHandler {
public:
    explicit YamlBuilder(YamlDocument& document) : document_(document) {}

    void read(std::string_view text);

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
        std::string path;
        YAML::anchor_t anchor;
        std::optional<std::string> key;  // of a mapping: the key whose value comes next
    };

    void open(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor);
    void close();
    void add(const YAML::Mark& mark, json::value value, YAML::anchor_t anchor);
    void add_key(const YAML::Mark& mark, const std::string& key);
    bool expects_key() const;
    std::string path_of_next() const;
    void count(const YAML::Mark& mark, std::size_t values);
    Error error(const YAML::Mark& mark, const std::string& complaint) const;

    YamlDocument& document_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, json::value> anchors_;
    std::optional<json::value> top_;
    std::size_t values_ = 0;
    int documents_ = 0;
};

}
