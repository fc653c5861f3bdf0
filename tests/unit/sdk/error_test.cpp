#include <gtest/gtest.h>

#include <cerrno>
#include <murmur/error.hpp>
#include <new>
#include <stdexcept>
#include <system_error>

namespace murmur {

namespace {

template <class Work>
Error caught(Work work) {
    try {
        work();
    } catch (...) {
        return current_error();
    }
    return Error(Errc::internal, "nothing was thrown");
}

TEST(Error, KeepsMessageContextAndHint) {
    const Error inner(Errc::not_found, "there is no machine \"m-1\"");
    const Error outer = inner.in("starting agent \"a\"").in("calling start").with_hint("Make one.");
    EXPECT_EQ(outer.code(), Errc::not_found);
    EXPECT_STREQ(outer.what(), "there is no machine \"m-1\"");
    EXPECT_EQ(outer.context(), (std::vector<std::string>{"starting agent \"a\"", "calling start"}));
    EXPECT_EQ(outer.hint(), "Make one.");
    EXPECT_TRUE(inner.context().empty()) << "adding makes a new Error";
    EXPECT_TRUE(inner.hint().empty());
}

TEST(Error, NamesAreThoseOfTheProtocolsAndReadBack) {
    EXPECT_EQ(errc_name(Errc::cancelled), "canceled");
    EXPECT_EQ(errc_title(Errc::invalid_argument), "InvalidArgument");
    for (int i = 0; i <= static_cast<int>(Errc::unauthenticated); ++i) {
        const auto code = static_cast<Errc>(i);
        EXPECT_EQ(errc_from_name(errc_name(code)), code) << errc_name(code);
    }
    EXPECT_EQ(errc_from_name("no_such_code"), Errc::unknown);
}

TEST(Error, CurrentErrorTakesWhateverWasThrown) {
    const Error own = caught([] { throw Error(Errc::aborted, "lost").with_hint("Again."); });
    EXPECT_EQ(own.code(), Errc::aborted);
    EXPECT_EQ(own.hint(), "Again.");
    EXPECT_EQ(caught([] { throw std::runtime_error("other"); }).message(), "other");
    EXPECT_EQ(caught([] { throw std::runtime_error("other"); }).code(), Errc::unknown);
    EXPECT_EQ(caught([] { throw std::bad_alloc(); }).code(), Errc::resource_exhausted);
    EXPECT_EQ(caught([] { throw 7; }).code(), Errc::unknown);
    const auto missing = [] { throw std::system_error(ENOENT, std::generic_category(), "open"); };
    EXPECT_EQ(caught(missing).code(), Errc::not_found);
}

TEST(Error, SystemErrorsHaveTheCodeThatFits) {
    const Error full = system_error(ENOSPC, "cannot write \"/x\"");
    EXPECT_EQ(full.code(), Errc::resource_exhausted);
    EXPECT_EQ(full.message(), "cannot write \"/x\": No space left on device");
    EXPECT_EQ(system_error(EACCES, "x").code(), Errc::permission_denied);
    EXPECT_EQ(system_error(EEXIST, "x").code(), Errc::already_exists);
}

}

}
