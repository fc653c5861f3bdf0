#include "runner/delivery_journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <murmur/error.hpp>

namespace murmur::runner {

namespace {

// More than murmurd ever has under way to one agent.
constexpr std::size_t earlier_max = 1000;

std::vector<std::string> read_entries(const std::string& text) {
    std::vector<std::string> ids;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        if (end == std::string::npos) break;
        if (end > begin) ids.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    if (ids.size() > earlier_max) ids.erase(ids.begin(), ids.end() - earlier_max);
    return ids;
}

}

DeliveryJournal::DeliveryJournal(const std::filesystem::path& file)
    : file_(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (!file_) throw system_error(errno, "opening \"" + file.string() + "\"");
    const std::string text = read_file(file);
    // A line that was not finished was not handed over either: the CLI comes after it.
    const std::size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    if (whole < text.size() && ::ftruncate(file_.get(), static_cast<off_t>(whole)) < 0)
        throw system_error(errno, "repairing \"" + file.string() + "\"");
    earlier_ = read_entries(text);
}

bool DeliveryJournal::has_earlier(const std::string& id) const {
    return std::find(earlier_.begin(), earlier_.end(), id) != earlier_.end();
}

std::string DeliveryJournal::entry(const std::vector<UserMessage>& messages) {
    std::string text;
    for (const UserMessage& message : messages)
        if (!message.id.empty() && message.id.find('\n') == std::string::npos) text += message.id + "\n";
    return text;
}

void DeliveryJournal::append(const std::vector<UserMessage>& messages) {
    const std::string text = entry(messages);
    const off_t before = ::lseek(file_.get(), 0, SEEK_END);
    ssize_t put = 0;
    do put = ::write(file_.get(), text.data(), text.size());
    while (put < 0 && errno == EINTR);
    if (put == static_cast<ssize_t>(text.size())) return;
    const int reason = put < 0 ? errno : ENOSPC;
    static_cast<void>(::ftruncate(file_.get(), before));  // fails only where it was not writable in the first place
    throw system_error(reason, "noting which messages are handed over");
}

}
