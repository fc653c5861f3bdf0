#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <future>

#include "runtime/fault_point.hpp"
#include "runtime/keyed_jobs.hpp"

namespace murmur {
namespace {

TEST(KeyedJobs, JobsOfOneKeyRunInOrderAndNeverTogether) {
    WorkerPool pool(8);
    KeyedJobs jobs(pool);
    std::atomic<int> together{0}, worst{0}, done{0};
    std::vector<int> order;  // of one key: no lock is needed if the promise holds
    std::promise<void> all;
    for (int i = 0; i < 500; ++i)
        jobs.post(1, [&, i] {
            worst = std::max(worst.load(), ++together);
            order.push_back(i);
            --together;
            if (++done == 500) all.set_value();
        });
    all.get_future().wait();
    EXPECT_EQ(worst, 1);
    for (int i = 0; i < 500; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
    pool.stop();
}

TEST(KeyedJobs, JobsOfDifferentKeysOverlap) {
    WorkerPool pool(2);
    KeyedJobs jobs(pool);
    std::promise<void> first_began, second_began, ended;
    jobs.post(1, [&] {
        first_began.set_value();
        second_began.get_future().wait();
    });
    jobs.post(2, [&] {
        first_began.get_future().wait();
        second_began.set_value();
        ended.set_value();
    });
    EXPECT_EQ(ended.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    pool.stop();
}

TEST(WorkerPool, StopWaitsForTheJobThatRunsAndDropsTheOthers) {
    WorkerPool pool(1);
    std::promise<void> began, go;
    std::atomic<int> done{0};
    pool.post([&] {
        began.set_value();
        go.get_future().wait();
        ++done;
    });
    pool.post([&] { done += 100; });
    began.get_future().wait();
    std::thread stopper([&] { pool.stop(); });
    go.set_value();
    stopper.join();
    pool.post([&] { done += 1000; });
    EXPECT_EQ(done % 100, 1);
    EXPECT_LT(done, 1000);
}

TEST(FaultPoint, KillsAtThePassageThatWasAskedFor) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::setenv("MURMUR_FAULT", "commit:before:2", 1);
        fault_point("commit:after");
        fault_point("commit:before");
        if (::getenv("MURMUR_FAULT")) fault_point("commit:before");
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

}
}
