#include "base/redactor.hpp"

#include <string.h>

#include <algorithm>
#include <set>

#include "base/secret_forms.hpp"

namespace murmur {

namespace {

/// A mark that shares no end with any form and is no part of one: so nothing beside it can complete a form.
std::string choose_mark(const std::set<std::string>& forms) {
    const auto fits = [&](const std::string& mark) {
        return std::none_of(forms.begin(), forms.end(), [&](const std::string& form) {
            return form.find(mark.front()) != std::string::npos || form.find(mark.back()) != std::string::npos ||
                   mark.find(form) != std::string::npos;
        });
    };
    for (const char* mark : {"[redacted]", "<redacted>", "{redacted}", "(redacted)", "***", "###", "..."})
        if (fits(mark)) return mark;
    return "";  // values of every kind of punctuation: then nothing is the safe thing to put there
}

}

Redactor::Redactor() : nodes_(1), root_(256, 0), mark_("[redacted]") {}

Redactor::Redactor(const std::vector<Secret>& values) : Redactor() {
    std::set<std::string> forms;
    for (const Secret& value : values)
        for (std::string& form : secret_forms(value.reveal())) forms.insert(std::move(form));
    for (const std::string& form : forms) add(form);
    link();
    mark_ = choose_mark(forms);
    while (!forms.empty()) {
        std::string form = std::move(forms.extract(forms.begin()).value());
        explicit_bzero(form.data(), form.size());
    }
}

Redactor::~Redactor() { explicit_bzero(nodes_.data(), nodes_.size() * sizeof(Node)); }

std::uint32_t Redactor::child(std::uint32_t node, unsigned char byte) const {
    if (node == 0) return root_[byte];
    std::uint32_t at = nodes_[node].first_child;
    while (at != 0 && nodes_[at].byte != byte) at = nodes_[at].next_sibling;
    return at;
}

void Redactor::add(std::string_view form) {
    std::uint32_t node = 0;
    for (const char c : form) {
        const auto byte = static_cast<unsigned char>(c);
        std::uint32_t next = child(node, byte);
        if (next == 0) {
            next = static_cast<std::uint32_t>(nodes_.size());
            nodes_.push_back({.next_sibling = nodes_[node].first_child, .depth = nodes_[node].depth + 1, .byte = byte});
            nodes_[node].first_child = next;
            if (node == 0) root_[byte] = next;
        }
        node = next;
    }
    nodes_[node].length = nodes_[node].depth;
}

void Redactor::link() {
    std::vector<std::uint32_t> order;  // by depth: a suffix is shorter than what it is a suffix of
    order.reserve(nodes_.size());
    order.push_back(0);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t parent = order[i];
        for (std::uint32_t node = nodes_[parent].first_child; node != 0; node = nodes_[node].next_sibling) {
            order.push_back(node);
            if (parent != 0) nodes_[node].fail = step(nodes_[parent].fail, nodes_[node].byte);
            if (nodes_[node].length == 0) nodes_[node].length = nodes_[nodes_[node].fail].length;
        }
    }
}

std::uint32_t Redactor::step(std::uint32_t node, unsigned char byte) const {
    for (;;) {
        if (const std::uint32_t next = child(node, byte); next != 0 || node == 0) return next;
        node = nodes_[node].fail;
    }
}

std::string Redactor::redact(std::string_view text) const {
    if (empty()) return std::string(text);
    Stream stream(*this);
    std::string out = stream.feed(text);
    return out + stream.finish();
}

std::string Redactor::redact_cut(std::string_view text) const {
    if (empty()) return std::string(text);
    Stream stream(*this);
    std::string out = stream.feed(text);
    return out + stream.finish(true);
}

std::string Redactor::Stream::feed(std::string_view piece) {
    if (redactor_->empty()) return std::string(piece);
    std::size_t at = begin_ + held_.size();
    held_ += piece;
    for (const char c : piece) {
        state_ = redactor_->step(state_, static_cast<unsigned char>(c));
        ++at;
        const std::size_t length = redactor_->nodes_[state_].length;
        if (length == 0) continue;
        add_match({at - length, at});
    }
    std::string out;
    // What is before the beginning of a form that may still be completed is settled.
    let_go(at - redactor_->nodes_[state_].depth, out);
    return out;
}

std::string Redactor::Stream::finish(bool is_cut) {
    std::string out;
    const std::size_t end = begin_ + held_.size();
    if (is_cut && state_ != 0) add_match({end - redactor_->nodes_[state_].depth, end});
    let_go(end, out);
    *this = Stream(*redactor_);
    return out;
}

void Redactor::Stream::add_match(Match match) {
    while (!matches_.empty() && matches_.back().end > match.begin) {
        match.begin = std::min(match.begin, matches_.back().begin);
        matches_.pop_back();
    }
    matches_.push_back(match);
}

void Redactor::Stream::let_go(std::size_t until, std::string& out) {
    const std::string_view held(held_);
    std::size_t done = begin_;
    const auto copy_until = [&](std::size_t end) {
        if (end > done) out += held.substr(done - begin_, end - done);
        done = std::max(done, end);
    };
    auto next = matches_.begin();
    for (; next != matches_.end() && next->end <= until; ++next) {
        copy_until(next->begin);
        out += redactor_->mark_;
        done = next->end;
    }
    copy_until(next == matches_.end() ? until : std::min(until, next->begin));
    matches_.erase(matches_.begin(), next);
    held_.erase(0, done - begin_);
    begin_ = done;
}

}
