#pragma once

#include <cstdint>
#include <murmur/secret.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace murmur {

/// Takes secret values out of texts, also when they are written in base64 (any alignment, both alphabets), hexadecimal,
/// URL-encoded or JSON-escaped. Time is linear in the text, however many values there are.
///
/// Values shorter than `value_bytes_least` are left: they would be found in half of all words. Each line of a value of
/// several lines counts by itself as well, since output is looked at line by line. Constant after construction, hence
/// safe from any thread; it needs some 400 bytes of memory for a byte of secret, none of which is wiped before its end.
class Redactor {
public:
    static constexpr std::size_t value_bytes_least = 8;

    /// Finds nothing.
    Redactor();
    explicit Redactor(const std::vector<Secret>& values);
    ~Redactor();
    Redactor(const Redactor&) = delete;
    Redactor& operator=(const Redactor&) = delete;

    bool empty() const { return nodes_.size() == 1; }
    /// What stands in a value's place. None of its forms can arise from it and what is beside it.
    const std::string& mark() const { return mark_; }
    std::string redact(std::string_view text) const;
    /// As redact(), for a text whose end was cut off: also without a value's beginning at its end.
    std::string redact_cut(std::string_view text) const;

    /// A text that comes in pieces, wherever they are cut.
    class Stream {
    public:
        /// `redactor` must outlive it.
        explicit Stream(const Redactor& redactor) : redactor_(&redactor) {}
        /// What can be let go of by now.
        std::string feed(std::string_view piece);
        /// The rest; the stream begins anew.
        std::string finish(bool is_cut = false);

    private:
        struct Match {
            std::size_t begin, end;
        };
        void add_match(Match match);
        void let_go(std::size_t until, std::string& out);
        const Redactor* redactor_;
        std::uint32_t state_ = 0;
        std::string held_;            ///< not let go of yet
        std::size_t begin_ = 0;       ///< of held_ in the whole text
        std::vector<Match> matches_;  ///< in held_, in order, none touching the next
    };

private:
    /// A node of the automaton of Aho and Corasick. Children are a list: all nodes but the root have few.
    struct Node {
        std::uint32_t first_child = 0;
        std::uint32_t next_sibling = 0;
        std::uint32_t fail = 0;  ///< the longest other suffix that some form begins with
        std::uint32_t depth = 0;
        std::uint32_t length = 0;  ///< of the longest form that ends here; 0: none
        unsigned char byte = 0;
    };
    void add(std::string_view form);
    void link();
    std::uint32_t child(std::uint32_t node, unsigned char byte) const;
    std::uint32_t step(std::uint32_t node, unsigned char byte) const;

    std::vector<Node> nodes_;
    std::vector<std::uint32_t> root_;  ///< its child for each byte
    std::string mark_;
};

}
