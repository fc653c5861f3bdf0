#pragma once

#include <filesystem>
#include <string>

#include "git/repository.hpp"

namespace murmur::git {

enum class CheckoutState {
    absent,  ///< nothing is there, or an empty folder
    files,   ///< files without a ".git": it was removed
    present,
};

/// What there is where a checkout belongs. Throws failed_precondition for something that is no folder.
CheckoutState look_at_checkout(const std::filesystem::path& directory);

/// Opens a checkout of `clone_url` that has been worked in, and sees that its HEAD and `branch` (when there is one) can
/// be read.
///
/// Throws data_loss, with the remedy, when they cannot, and when there is no ".git"; failed_precondition for a checkout
/// of something else; resource_exhausted and unavailable for what may pass.
Repository open_checkout(const std::filesystem::path& directory, const std::string& clone_url,
                         const std::string& branch);

}
