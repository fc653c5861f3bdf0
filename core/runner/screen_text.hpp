#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace murmur::runner {

/// Tells what a terminal shows that it did not show before: compares one picture of it, with what has scrolled out of
/// sight, to the next.
class ScreenText {
public:
    /// The lines that are new, in their order, without blanks at their ends; empty ones are left out. Where a program
    /// redraws what is below (an input box, a status line), only what changed there is new.
    std::vector<std::string> update(std::vector<std::string> picture);

private:
    std::vector<std::string> last_;
};

}
