#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <murmur/error.hpp>
#include <thread>

#include "base/file.hpp"
#include "crypto/cipher.hpp"
#include "sessions/blob_store.hpp"

namespace murmur {

namespace {

namespace fs = std::filesystem;

class HandClock final : public Clock {
public:
    TimePoint now() const override { return now_; }
    bool sleep_for(std::chrono::milliseconds duration, std::stop_token) override {
        now_ += duration;
        return true;
    }
    TimePoint now_{std::chrono::hours(500'000)};
};

class BlobDirectoryTest : public testing::Test {
protected:
    BlobDirectoryTest() {
        std::string pattern = fs::temp_directory_path() / "blobs-XXXXXX";
        dir_ = ::mkdtemp(pattern.data());
        store_ = open_blob_directory(dir_ / "blobs", clock_, [this](const fs::path&) { return disk_; });
    }
    std::size_t uploads() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(dir_ / "blobs" / "uploads"), fs::directory_iterator()));
    }
    ~BlobDirectoryTest() override { fs::remove_all(dir_); }

    BlobStore::Progress put_all(const std::string& bytes, const std::string& upload = "one") {
        return store_->put(sha256_hex(bytes), upload, 0, bytes.size(), bytes);
    }
    Errc code_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        ADD_FAILURE() << "should have failed";
        return Errc::internal;
    }
    fs::path file_of(const std::string& sha256) { return dir_ / "blobs" / sha256.substr(0, 2) / sha256; }

    static constexpr std::uint64_t mega = 1 << 20;
    HandClock clock_;
    DiskSpace disk_{.free = 1000 * mega, .total = 4000 * mega};
    fs::path dir_;
    std::unique_ptr<BlobStore> store_;
};

TEST_F(BlobDirectoryTest, KeepsBytesByTheirDigest) {
    const std::string bytes(100'000, 'x'), sha256 = sha256_hex(bytes);
    EXPECT_FALSE(store_->has(sha256));
    EXPECT_EQ(store_->size_of(sha256), std::nullopt);
    EXPECT_TRUE(put_all(bytes).complete);
    EXPECT_TRUE(store_->has(sha256));
    EXPECT_EQ(store_->size_of(sha256), 100'000u);
    EXPECT_EQ(store_->read(sha256, 0, 1 << 20), bytes);
    EXPECT_EQ(store_->read(sha256, 99'999, 10), "x");
    EXPECT_EQ(store_->read(sha256, 100'000, 10), "");
    EXPECT_EQ(store_->read(sha256, 200'000, 10), "");
    EXPECT_TRUE(put_all("").complete);
    EXPECT_EQ(store_->list().size(), 2u);
    EXPECT_TRUE(fs::is_empty(dir_ / "blobs" / "uploads"));
}

TEST_F(BlobDirectoryTest, PiecesMustFollowEachOther) {
    const std::string bytes = "0123456789", sha256 = sha256_hex(bytes);
    EXPECT_EQ(store_->put(sha256, "a", 0, 10, "0123").have, 4u);
    EXPECT_EQ(store_->put(sha256, "a", 0, 10, "xxxx").have, 4u);
    EXPECT_EQ(store_->put(sha256, "a", 8, 10, "89").have, 4u);
    EXPECT_EQ(store_->put(sha256, "a", 4, 10, "4567890123").have, 4u);
    EXPECT_FALSE(store_->has(sha256));
    EXPECT_TRUE(store_->put(sha256, "a", 4, 10, "456789").complete);
    EXPECT_EQ(store_->read(sha256, 0, 10), bytes);
}

TEST_F(BlobDirectoryTest, OtherBytesAreRefusedAndTheUploadBeginsAnew) {
    const std::string sha256 = sha256_hex("right");
    EXPECT_EQ(code_of([&] { store_->put(sha256, "a", 0, 5, "wrong"); }), Errc::invalid_argument);
    EXPECT_FALSE(store_->has(sha256));
    EXPECT_EQ(store_->put(sha256, "a", 3, 5, "ht").have, 0u);
    EXPECT_TRUE(store_->put(sha256, "a", 0, 5, "right").complete);
}

TEST_F(BlobDirectoryTest, NamesThatLeaveTheFolderAreRefused) {
    EXPECT_EQ(code_of([&] { store_->has("../../etc/passwd"); }), Errc::invalid_argument);
    EXPECT_EQ(code_of([&] { store_->read(std::string(64, 'G'), 0, 1); }), Errc::invalid_argument);
    EXPECT_EQ(code_of([&] { store_->put(sha256_hex("x"), "../x", 0, 1, "x"); }), Errc::invalid_argument);
    EXPECT_EQ(code_of([&] { store_->put(sha256_hex("x"), "", 0, 1, "x"); }), Errc::invalid_argument);
    EXPECT_EQ(code_of([&] { store_->read(sha256_hex("x"), 0, 1); }), Errc::not_found);
}

TEST_F(BlobDirectoryTest, AnUploadGoesOnAfterACrashInTheMiddle) {
    const std::string bytes(300'000, 'y'), sha256 = sha256_hex(bytes);
    const pid_t child = ::fork();
    if (child == 0) {
        store_->put(sha256, "agent-1", 0, bytes.size(), std::string_view(bytes).substr(0, 200'000));
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const auto again = open_blob_directory(dir_ / "blobs", clock_);
    EXPECT_FALSE(again->has(sha256));
    EXPECT_EQ(again->list().size(), 0u);
    EXPECT_EQ(again->put(sha256, "agent-1", 0, bytes.size(), "").have, 200'000u);
    EXPECT_TRUE(again->put(sha256, "agent-1", 200'000, bytes.size(), std::string_view(bytes).substr(200'000)).complete);
    EXPECT_EQ(again->read(sha256, 0, bytes.size()), bytes);
}

TEST_F(BlobDirectoryTest, WhatACrashLeftOfAnUploadIsCheckedAtItsEnd) {
    const std::string bytes = "0123456789", sha256 = sha256_hex(bytes);
    store_->put(sha256, "a", 0, 10, "01234");
    // As after a loss of power: the length is there and the bytes are not.
    std::ofstream(dir_ / "blobs" / "uploads" / (sha256 + ".a")) << std::string(5, '\0');
    EXPECT_EQ(code_of([&] { store_->put(sha256, "a", 5, 10, "56789"); }), Errc::invalid_argument);
    EXPECT_TRUE(store_->put(sha256, "a", 0, 10, bytes).complete);
}

TEST_F(BlobDirectoryTest, TwoUploadersAtOnce) {
    const std::string bytes(1 << 20, 'z'), sha256 = sha256_hex(bytes);
    constexpr std::size_t piece = 64 << 10;
    const auto upload = [&](const std::string& name) {
        std::uint64_t have = 0;
        while (have < bytes.size())
            have = store_->put(sha256, name, have, bytes.size(), std::string_view(bytes).substr(have, piece)).have;
    };
    std::vector<std::thread> threads;
    for (const char* name : {"a", "b", "same", "same"}) threads.emplace_back(upload, name);
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(store_->read(sha256, 0, bytes.size()), bytes);
    EXPECT_EQ(store_->list().size(), 1u);
    for (const char* name : {"a", "b", "same"}) store_->put(sha256, name, 0, bytes.size(), "");
    EXPECT_TRUE(fs::is_empty(dir_ / "blobs" / "uploads"));
}

TEST_F(BlobDirectoryTest, DamageIsFoundAndCanBeMended) {
    const std::string bytes(10'000, 'd'), sha256 = sha256_hex(bytes);
    put_all(bytes);
    std::fstream(file_of(sha256), std::ios::in | std::ios::out).seekp(5'000) << "D";
    EXPECT_EQ(code_of([&] { store_->read(sha256, 0, 10); }), Errc::data_loss);
    EXPECT_EQ(code_of([&] { store_->read(sha256, 0, 10); }), Errc::data_loss);
    EXPECT_FALSE(store_->has(sha256));
    EXPECT_TRUE(put_all(bytes).complete);
    EXPECT_EQ(store_->read(sha256, 0, 20'000), bytes);
}

TEST_F(BlobDirectoryTest, DamageIsFoundAgainWhenItCameAfterTheFirstReading) {
    put_all("0123456789");
    const std::string sha256 = sha256_hex("0123456789");
    EXPECT_EQ(store_->read(sha256, 0, 4), "0123");
    std::fstream(file_of(sha256), std::ios::in | std::ios::out).seekp(5) << "D";
    EXPECT_EQ(code_of([&] { store_->read(sha256, 0, 4); }), Errc::data_loss);
}

TEST_F(BlobDirectoryTest, WhatIsUsedIsNotRemoved) {
    put_all("old");
    const std::string sha256 = sha256_hex("old");
    const TimePoint then = clock_.now();
    clock_.now_ += std::chrono::hours(2);
    EXPECT_EQ(store_->list().at(0).used_at, then);
    EXPECT_TRUE(store_->has(sha256));
    EXPECT_EQ(store_->list().at(0).used_at, clock_.now());
    EXPECT_FALSE(store_->remove(sha256, clock_.now() - std::chrono::hours(1)));
    EXPECT_TRUE(store_->remove(sha256, clock_.now()));
    EXPECT_FALSE(store_->remove(sha256, clock_.now()));
    EXPECT_FALSE(store_->has(sha256));
}

TEST_F(BlobDirectoryTest, UploadsThatNobodyGoesOnWithAreForgotten) {
    const std::string sha256 = sha256_hex("0123456789");
    store_->put(sha256, "a", 0, 10, "01234");
    clock_.now_ += std::chrono::hours(2);
    store_->put(sha256, "b", 0, 10, "01");
    store_->remove_uploads(clock_.now() - std::chrono::hours(1));
    EXPECT_EQ(store_->put(sha256, "a", 3, 10, "").have, 0u);
    EXPECT_EQ(store_->put(sha256, "b", 3, 10, "").have, 2u);
}

TEST_F(BlobDirectoryTest, WhatDoesNotFitBesideWhatMustStayFreeIsRefusedBeforeItBegins) {
    const std::string bytes(2 * mega, 'b'), sha256 = sha256_hex(bytes);
    disk_.free = 17 * mega;  // 16 of them are for others
    try {
        store_->put(sha256, "a", 0, bytes.size(), std::string_view(bytes).substr(0, 100));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::resource_exhausted);
        EXPECT_NE(error.message().find((dir_ / "blobs").string()), std::string::npos) << error.message();
        EXPECT_NE(error.message().find("2 MB"), std::string::npos) << error.message();
        EXPECT_NE(error.message().find("17 MB are free"), std::string::npos) << error.message();
        EXPECT_FALSE(error.hint().empty());
    }
    EXPECT_EQ(uploads(), 0u);
    EXPECT_TRUE(put_all("small").complete);
    disk_ = {.free = 3 * mega, .total = 4 * mega};
    EXPECT_TRUE(store_->put(sha256, "a", 0, bytes.size(), bytes).complete) << "a small disk keeps an eighth";
}

TEST_F(BlobDirectoryTest, AnUploadThatIsOvertakenByAFullDiskLeavesNothing) {
    const std::string bytes(2 * mega, 'b'), sha256 = sha256_hex(bytes);
    EXPECT_EQ(store_->put(sha256, "a", 0, bytes.size(), std::string_view(bytes).substr(0, mega)).have, mega);
    disk_.free = mega;
    const auto go_on = [&] { store_->put(sha256, "a", mega, bytes.size(), std::string_view(bytes).substr(mega)); };
    EXPECT_EQ(code_of(go_on), Errc::resource_exhausted);
    EXPECT_EQ(uploads(), 0u) << "it would keep every free byte";
    disk_.free = 100 * mega;
    EXPECT_EQ(store_->put(sha256, "a", mega, bytes.size(), "").have, 0u);
    EXPECT_TRUE(store_->put(sha256, "a", 0, bytes.size(), bytes).complete);
}

TEST_F(BlobDirectoryTest, UploadsAtOnceMustFitTogether) {
    const std::string one(2 * mega, '1'), other(2 * mega, '2');
    disk_.free = 19 * mega;
    EXPECT_EQ(store_->put(sha256_hex(one), "a", 0, one.size(), "1").have, 1u);
    const auto begin_other = [&] { store_->put(sha256_hex(other), "b", 0, other.size(), "2"); };
    EXPECT_EQ(code_of(begin_other), Errc::resource_exhausted);
    EXPECT_TRUE(store_->put(sha256_hex(one), "a", 1, one.size(), std::string_view(one).substr(1)).complete);
    begin_other();
    // Who sends nothing any more is not waited for.
    EXPECT_EQ(code_of([&] { store_->put(sha256_hex("x"), "c", 0, one.size(), "x"); }), Errc::resource_exhausted);
    clock_.now_ += std::chrono::minutes(2);
    EXPECT_EQ(store_->put(sha256_hex("x"), "c", 0, one.size(), "x").have, 1u);
}

TEST_F(BlobDirectoryTest, AFullDiskSaysSoAndTheUploadGoesOnLater) {
    const std::string bytes(100'000, 'f'), sha256 = sha256_hex(bytes);
    // A file may not grow beyond the limit: the same to the writer as a disk without room.
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{60'000, 60'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            store_->put(sha256, "a", 0, bytes.size(), std::string_view(bytes).substr(0, 50'000));
            store_->put(sha256, "a", 50'000, bytes.size(), std::string_view(bytes).substr(50'000));
        } catch (const Error&) {
            ::_exit(3);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 3);
    EXPECT_EQ(store_->put(sha256, "a", 0, bytes.size(), "").have, 50'000u);
    EXPECT_TRUE(store_->put(sha256, "a", 50'000, bytes.size(), std::string_view(bytes).substr(50'000)).complete);
}

}

}
