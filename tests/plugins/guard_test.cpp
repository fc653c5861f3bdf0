// What becomes of calls that throw strange things, hang, or are not wanted any more.

#include <sys/stat.h>
#include <cerrno>
#include <fstream>
#include <thread>

#include "host_fixture.hpp"

namespace murmur {

namespace {

class Guard : public PluginHostTest {
protected:
    std::filesystem::path make_pipe(const std::string& name) {
        const std::filesystem::path pipe = temp_ / name;
        if (::mkfifo(pipe.c_str(), 0600) != 0) throw system_error(errno, "cannot make a pipe");
        return pipe;
    }

    static MachineSpec waiting(const std::string& id, const std::filesystem::path& pipe) {
        MachineSpec spec;
        spec.id = id;
        spec.shape = {{"pipe", pipe.string()}};
        return spec;
    }

    static Call within(std::chrono::milliseconds limit, std::stop_token stop = {}) {
        return Call{std::move(stop), Call::Clock::now() + limit, "request-1"};
    }

    static CallMetrics metrics_of(const PluginHost& host, const std::string& call) {
        for (const CallMetrics& row : host.metrics())
            if (row.call == call) return row;
        return {};
    }

    /// Starts a machine by a call that is left behind, and returns its error. On a busy machine a deadline may have
    /// passed before the call began; nobody waits at the pipe then, and it is tried again.
    Error leave_behind(const PluginHost& host, Substrate& substrate, const MachineSpec& spec) {
        for (attempts_ = 1;; ++attempts_) {
            const Error late = error_of([&] { substrate.start(spec, within(std::chrono::milliseconds(300))); });
            if (metrics_of(host, "start").still_running > 0 || attempts_ == attempts_max) return late;
        }
    }

    static constexpr std::uint64_t attempts_max = 20;
    std::uint64_t attempts_ = 0;

    /// Waits until no call that was left behind is running: each says so by the metrics alone.
    static void wait_for_stragglers(const PluginHost& host) {
        SystemClock clock;
        while (metrics_of(host, "start").still_running > 0) clock.sleep_for(std::chrono::milliseconds(5), {});
    }
};

TEST_F(Guard, ForeignExceptionsBecomeErrors) {
    place("private_exception");
    const PluginHost host(options());
    const auto substrate = host.make_substrate("throwing");
    const Error foreign = error_of([&] { substrate->start(MachineSpec{"m-1"}, within(std::chrono::seconds(30))); });
    EXPECT_EQ(foreign.code(), Errc::unknown);
    EXPECT_EQ(foreign.message(), "an exception of a type that is not derived from std::exception");
    EXPECT_EQ(foreign.context(), std::vector<std::string>{"calling start of plugin \"private-exception\""});
    EXPECT_EQ(error_of([&] { substrate->inspect({"m-1"}, within(std::chrono::seconds(30))); }).message(),
              "the private reason");
    EXPECT_EQ(error_of([&] { substrate->destroy({"m-1"}, Call{}); }).code(), Errc::unknown);
    EXPECT_TRUE(logger_.contains("a plugin call failed plugin=private-exception call=inspect"));
    EXPECT_EQ(metrics_of(host, "start").errors, 1u);
    EXPECT_EQ(error_of([&] { host.make_backend("nothing"); }).message(), "its factory made nothing");
}

TEST_F(Guard, ACallPastItsDeadlineIsLeftBehind) {
    place("slow");
    const PluginHost host(options());
    const auto pipe = make_pipe("pipe");
    const auto substrate = host.make_substrate("slow");
    const Error late = leave_behind(host, *substrate, waiting("m-1", pipe));
    EXPECT_EQ(late.code(), Errc::deadline_exceeded);
    EXPECT_EQ(late.message(), "it did not return within the time it was given");
    EXPECT_EQ(late.context(), std::vector<std::string>{"calling start of plugin \"slow\""});
    EXPECT_EQ(metrics_of(host, "start").deadline_exceeded, attempts_);
    ASSERT_EQ(metrics_of(host, "start").still_running, 1u);

    const Error busy = error_of([&] { substrate->destroy({"m-1"}, within(std::chrono::seconds(30))); });
    EXPECT_EQ(busy.code(), Errc::unavailable) << "calls for one machine never overlap";
    EXPECT_EQ(busy.message(), "an earlier call for machine \"m-1\" has not returned");
    EXPECT_NO_THROW(substrate->destroy({"m-2"}, within(std::chrono::seconds(30)))) << "others are not held up";

    std::ofstream(pipe) << "go on\n";
    wait_for_stragglers(host);
    EXPECT_NO_THROW(substrate->destroy({"m-1"}, within(std::chrono::seconds(30))));
    EXPECT_EQ(metrics_of(host, "start").abandoned, 1u);
    EXPECT_NE(host.metrics_text().find("murmur_plugin_calls_abandoned_total{plugin=\"slow\",call=\"start\"} 1\n"),
              std::string::npos);
}

TEST_F(Guard, ACallLeftBehindMayOutliveTheHost) {
    place("slow");
    const auto pipe = make_pipe("pipe");
    auto host = std::make_unique<PluginHost>(options());
    auto substrate = host->make_substrate("slow");
    leave_behind(*host, *substrate, waiting("m-1", pipe));
    ASSERT_EQ(metrics_of(*host, "start").still_running, 1u);
    const std::weak_ptr<Substrate> watched = substrate;
    substrate.reset();
    host.reset();
    EXPECT_TRUE(watched.expired());
    std::ofstream(pipe) << "go on\n";  // the thread goes on in what nobody else holds any more
}

TEST_F(Guard, ACallThatObeysItsStopTokenIsNotLeftBehind) {
    place("slow");
    const PluginHost host(options());
    const auto substrate = host.make_substrate("slow");
    // On a busy machine it may hear of its deadline only when the grace is over: another one is asked then.
    bool obeyed = false;
    for (std::uint64_t i = 0; !obeyed && i < attempts_max; ++i) {
        const std::uint64_t left_before = metrics_of(host, "inspect").abandoned;
        const std::string id = "m-" + std::to_string(i);
        const Error late = error_of([&] { substrate->inspect({id}, within(std::chrono::milliseconds(300))); });
        ASSERT_EQ(late.code(), Errc::deadline_exceeded) << "the guard told it to stop because of the deadline";
        obeyed = late.message() == "it did not return within the time it was given" &&
                 metrics_of(host, "inspect").abandoned == left_before;
    }
    EXPECT_TRUE(obeyed);
    std::stop_source stop;
    std::jthread canceller([&] { stop.request_stop(); });
    const Error cancelled =
        error_of([&] { substrate->inspect({"m-last"}, within(std::chrono::seconds(60), stop.get_token())); });
    EXPECT_EQ(cancelled.code(), Errc::cancelled);
}

TEST_F(Guard, ACallThatIsCalledOffAndDoesNotReturnIsLeftBehindLongBeforeItsDeadline) {
    place("slow");
    const PluginHost host(options());
    const auto pipe = make_pipe("pipe");
    const auto substrate = host.make_substrate("slow");
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(error_of([&] {
                  substrate->start(waiting("m-0", pipe), within(std::chrono::hours(1), stop.get_token()));
              }).code(),
              Errc::cancelled);
    EXPECT_EQ(metrics_of(host, "start").abandoned, 0u) << "it never began";
    stop = {};
    std::jthread caller([&] {
        const Error off =
            error_of([&] { substrate->start(waiting("m-1", pipe), within(std::chrono::hours(1), stop.get_token())); });
        EXPECT_EQ(off.code(), Errc::cancelled);
    });
    std::ofstream writer(pipe);  // opens when the call reads it
    stop.request_stop();
    caller.join();
    EXPECT_EQ(metrics_of(host, "start").still_running, 1u);
    writer << "go on\n";
    writer.close();
    wait_for_stragglers(host);
}

TEST_F(Guard, APluginThatHangsTooOftenIsNotCalledAnyMore) {
    place("slow");
    const PluginHost host(options());
    const auto pipe = make_pipe("pipe");
    const auto substrate = host.make_substrate("slow");
    const auto hang = [&](std::uint64_t i) {
        error_of(
            [&] { substrate->start(waiting("m-" + std::to_string(i), pipe), within(std::chrono::milliseconds(300))); });
    };
    std::uint64_t next = 0;
    {
        std::vector<std::jthread> callers;
        while (next < abandoned_calls_max) callers.emplace_back(hang, next++);
    }
    // On a busy machine a deadline may have passed before the call began.
    while (metrics_of(host, "start").still_running < abandoned_calls_max) hang(next++);
    const Error refused = error_of([&] { substrate->destroy({"m-other"}, within(std::chrono::seconds(30))); });
    EXPECT_EQ(refused.code(), Errc::unavailable);
    EXPECT_NE(refused.hint().find("hangs"), std::string::npos);

    // Readers that open the pipe later than the first writer need one of their own.
    while (metrics_of(host, "start").still_running > 0) std::ofstream(pipe, std::ios::in | std::ios::out) << "go on\n";
    EXPECT_NO_THROW(substrate->destroy({"m-other"}, within(std::chrono::seconds(30))));
}

}

}
