#include "cli/rest_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>

#include "cli/answer_fields.hpp"
#include "cli/phase_text.hpp"
#include "client/resuming_stream.hpp"

namespace murmur {

namespace {

Fd make_event_file() {
    Fd file(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!file) throw system_error(errno, "cannot make an event file");
    return file;
}

void signal_event(const Fd& file) { ::eventfd_write(file.get(), 1); }

}

RestWatch::RestWatch(ApiOptions options, json::object ref, std::string from)
    : rested_(make_event_file()), stop_(make_event_file()) {
    options.cancel_fd = stop_.get();
    thread_ = std::thread([this, options = std::move(options), ref = std::move(ref), from = std::move(from)] {
        run(options, ref, from);
    });
}

RestWatch::~RestWatch() {
    signal_event(stop_);
    thread_.join();
}

bool RestWatch::is_over() const {
    pollfd over{rested_.get(), POLLIN, 0};
    return ::poll(&over, 1, 0) > 0;
}

void RestWatch::rethrow_failure() const {
    if (failure_) std::rethrow_exception(failure_);
}

void RestWatch::run(ApiOptions options, const json::object& ref, const std::string& from) noexcept {
    try {
        ApiClient client(std::move(options));
        ResumingStream::Options stream;
        stream.method = "WatchAgent";
        stream.request = {{"agent", ref}, {"follow", true}};
        stream.from = from;
        stream.id_of = [](const json::object& message) { return answer_text(answer_object(message, "event"), "id"); };
        ResumingStream(client, std::move(stream)).run([](const json::object& message) {
            return !is_resting_phase(answer_text(answer_object(message, "event"), "phase"));
        });
    } catch (...) {
        failure_ = std::current_exception();
    }
    signal_event(rested_);
}

}
