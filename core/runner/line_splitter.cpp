#include "runner/line_splitter.hpp"

namespace murmur::runner {

void LineSplitter::emit(const OnLine& on_line) {
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    std::string line = std::move(line_);
    line_.clear();
    on_line(line);
}

void LineSplitter::feed(std::string_view bytes, const OnLine& on_line) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (!skipping_) {
            line_.append(piece.substr(0, line_bytes_max - line_.size()));
            if (line_.size() == line_bytes_max && (end == std::string_view::npos || piece.size() > 0)) {
                emit(on_line);
                skipping_ = true;
            }
        }
        if (end == std::string_view::npos) return;
        if (!skipping_) emit(on_line);
        skipping_ = false;
        bytes.remove_prefix(end + 1);
    }
}

void LineSplitter::finish(const OnLine& on_line) {
    if (!line_.empty()) emit(on_line);
    skipping_ = false;
}

}
