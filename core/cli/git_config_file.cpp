#include "cli/git_config_file.hpp"

#include <cctype>

namespace murmur {

namespace {

/// Reads one configuration text from front to back.
class GitConfigParser {
public:
    explicit GitConfigParser(std::string_view text) : text_(text) {}

    GitConfigEntries parse() {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (std::isspace(static_cast<unsigned char>(c))) {
                ++at_;
            } else if (c == '#' || c == ';') {
                skip_line();
            } else if (c == '[') {
                read_section();
            } else {
                read_entry();
            }
        }
        return std::move(entries_);
    }

private:
    bool at_line_end() const { return at_ >= text_.size() || text_[at_] == '\n'; }
    void skip_line() {
        while (!at_line_end()) ++at_;
    }
    static char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

    /// [name], [name "subsection"] or the old [name.subsection]
    void read_section() {
        section_.clear();
        for (++at_; !at_line_end() && text_[at_] != ']' && text_[at_] != '"'; ++at_)
            if (text_[at_] != ' ' && text_[at_] != '\t') section_ += lower(text_[at_]);
        if (!at_line_end() && text_[at_] == '"') {
            section_ += '.';
            for (++at_; !at_line_end() && text_[at_] != '"'; ++at_) {
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                section_ += text_[at_];
            }
            while (!at_line_end() && text_[at_] != ']') ++at_;
        }
        if (!at_line_end()) ++at_;
        section_ += '.';
    }

    void read_entry() {
        std::string name;
        for (; !at_line_end() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '-'); ++at_)
            name += lower(text_[at_]);
        while (!at_line_end() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        if (name.empty()) return skip_line();
        const bool has_value = !at_line_end() && text_[at_] == '=';
        if (has_value) ++at_;
        entries_.emplace_back(section_ + name, has_value ? read_value() : "true");
        skip_line();
    }

    std::string read_value() {
        std::string value;
        std::size_t kept = 0;  // blanks at the end do not count unless quoted
        bool is_quoted = false;
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
        for (; !at_line_end(); ++at_) {
            char c = text_[at_];
            if (c == '"') {
                is_quoted = !is_quoted;
                kept = value.size();
                continue;
            }
            if (!is_quoted && (c == '#' || c == ';')) break;
            if (c == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n')) continue;
            if (c == '\\' && at_ + 1 < text_.size()) {
                c = text_[++at_];
                if (c == '\n') continue;
                c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'b' ? '\b' : c;
                value += c;
                kept = value.size();
                continue;
            }
            value += c;
            if (is_quoted || (c != ' ' && c != '\t')) kept = value.size();
        }
        value.resize(kept);
        return value;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string section_;
    GitConfigEntries entries_;
};

}

GitConfigEntries parse_git_config(std::string_view text) { return GitConfigParser(text).parse(); }

std::string git_config_value(const GitConfigEntries& entries, std::string_view key) {
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (entry->first == key) return entry->second;
    return {};
}

std::string rewrite_git_url(const GitConfigEntries& entries, const std::string& url) {
    constexpr std::string_view rule_end = ".insteadof";
    std::string rewritten = url;
    std::size_t longest = 0;
    for (const auto& [key, prefix] : entries) {
        if (!key.starts_with("url.") || !key.ends_with(rule_end) || prefix.size() <= longest ||
            !url.starts_with(prefix))
            continue;
        longest = prefix.size();
        rewritten = key.substr(4, key.size() - 4 - rule_end.size()) + url.substr(prefix.size());
    }
    return rewritten;
}

}
