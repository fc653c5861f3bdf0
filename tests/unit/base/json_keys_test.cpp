#include "base/json_keys.hpp"

#include <gtest/gtest.h>

namespace murmur {
namespace {

TEST(JsonKeys, AKeyThatIsThereTwiceIsFound) {
    EXPECT_EQ(find_duplicate_key(R"({"a":1,"b":2,"a":3})"), "a");
    EXPECT_EQ(find_duplicate_key(R"({"x":[1,{"k":{},"k":[]}]})"), "k");
    EXPECT_EQ(find_duplicate_key(R"({"x":{"y":1},"z":[{}],"x":2})"), "x");
    EXPECT_EQ(find_duplicate_key("{ \"a\\u0062\" : 1 , \"ab\" : 2 }"), "ab");
    EXPECT_EQ(find_duplicate_key(R"({"\"":1,"\"":2})"), "\"");
    EXPECT_EQ(find_duplicate_key(R"({"":1,"":2})"), "");
}

TEST(JsonKeys, TheSameWordElsewhereIsNone) {
    for (const char* text : {"", "1", R"("a")", "{}", R"({"a":{"a":{"a":1}}})", R"([{"a":1},{"a":1}])",
                             R"({"a":"a","b":"a","c":["a","a"]})", R"({"a":"\",\"a\":","b":"{\"b\":1}"})",
                             R"({"a":"\\","b":["\\"],"A":1})", R"({"a":["x",{"b":"a"},"b"],"b":1})"})
        EXPECT_EQ(find_duplicate_key(text), std::nullopt) << text;
}

}
}
