#include "runner/screen_text.hpp"

#include <algorithm>

namespace murmur::runner {

namespace {

using Lines = std::vector<std::string>;

void trim(Lines& lines) {
    for (std::string& line : lines)
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
}

/// How many lines are the same from `before` on and from the beginning of `now`.
std::size_t same_from(const Lines& last, std::size_t before, const Lines& now) {
    std::size_t count = 0;
    while (before + count < last.size() && count < now.size() && last[before + count] == now[count]) ++count;
    return count;
}

struct Overlap {
    std::size_t before = 0;  ///< of the last picture: those have been dropped from the top
    std::size_t count = 0;   ///< that are the same from there on
};

/// Where the beginning of the new picture is in the last one. Usually at its beginning; not when the terminal has
/// forgotten its oldest lines.
Overlap find_overlap(const Lines& last, const Lines& now) {
    Overlap best{0, same_from(last, 0, now)};
    if (best.count > 0) return best;
    for (std::size_t before = 1; before < last.size(); ++before)
        if (const std::size_t count = same_from(last, before, now); count > best.count) best = {before, count};
    return best;
}

}

std::vector<std::string> ScreenText::update(std::vector<std::string> picture) {
    trim(picture);
    const Overlap overlap = find_overlap(last_, picture);
    std::size_t end = picture.size(), last_end = last_.size();
    while (end > overlap.count && last_end > overlap.before + overlap.count &&
           picture[end - 1] == last_[last_end - 1]) {
        --end;
        --last_end;
    }
    Lines fresh;
    for (std::size_t at = overlap.count; at < end; ++at)
        if (!picture[at].empty()) fresh.push_back(picture[at]);
    last_ = std::move(picture);
    return fresh;
}

}
