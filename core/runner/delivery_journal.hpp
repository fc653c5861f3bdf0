#pragma once

#include <base/file.hpp>
#include <filesystem>
#include <murmur/backend.hpp>
#include <string>
#include <vector>

namespace murmur::runner {

/// Which messages were handed to the CLI on this machine, by whatever runner: a file with an id a line.
///
/// An id is written as the very last thing before the CLI can see the message, and never waits for the disk: what must
/// be survived is the end of the runner, not of the computer, whose processes would be gone as well.
class DeliveryJournal {
public:
    /// Reads what earlier runners wrote, and goes on with it.
    explicit DeliveryJournal(const std::filesystem::path& file);

    /// The newest of them, oldest first; murmurd was told of those before.
    const std::vector<std::string>& earlier() const { return earlier_; }
    bool has_earlier(const std::string& id) const;

    /// What stands for these messages, to be written to descriptor() in one piece.
    static std::string entry(const std::vector<UserMessage>& messages);
    int descriptor() const { return file_.get(); }
    /// Throws resource_exhausted when the disk is full; then nothing is written.
    void append(const std::vector<UserMessage>& messages);

private:
    Fd file_;
    std::vector<std::string> earlier_;
};

}
