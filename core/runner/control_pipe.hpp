#pragma once

#include <base/file.hpp>
#include <filesystem>
#include <functional>
#include <string_view>

#include "runner/line_splitter.hpp"

namespace murmur::runner {

/// The pipe that $MURMUR_CONTROL names: by it the program of an interactive session speaks to murmur. Whoever may enter
/// the machine's directory may write to it.
class ControlPipe {
public:
    /// Makes it anew in place of what is there. Throws when that cannot be done.
    explicit ControlPipe(const std::filesystem::path& path);

    int descriptor() const { return pipe_.get(); }
    /// The lines that have become whole.
    void read(const std::function<void(std::string_view)>& on_line);

private:
    Fd pipe_;
    LineSplitter lines_;
};

}
