#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace murmur::runner {

/// The longest line that is passed on; a longer one is cut there. From the SDK's contract.
inline constexpr std::size_t line_bytes_max = 1 << 20;

/// Cuts a stream into lines, without "\n" or "\r\n".
class LineSplitter {
public:
    using OnLine = std::function<void(std::string_view line)>;

    void feed(std::string_view bytes, const OnLine& on_line);
    /// The end of the stream: what has no line end is a line, too.
    void finish(const OnLine& on_line);

private:
    void emit(const OnLine& on_line);
    std::string line_;
    bool skipping_ = false;  ///< the rest of a line that was too long
};

}
