#include <cstdlib>

#include "host_fixture.hpp"

namespace murmur {

namespace {

class PluginHostLoading : public PluginHostTest {};

MachineSpec machine(const std::string& id) {
    MachineSpec spec;
    spec.id = id;
    spec.label = "label of " + id;
    return spec;
}

Call within(std::chrono::milliseconds limit) { return Call{{}, Call::Clock::now() + limit, "request-1"}; }

TEST_F(PluginHostLoading, LoadsAGoodPluginAndUsesIt) {
    const auto file = place("good");
    const PluginHost host(options());
    const PluginRecord& record = record_of(host, file);
    EXPECT_EQ(record.state, PluginState::loaded) << record.reason;
    EXPECT_EQ(record.name, "good");
    EXPECT_EQ(record.version, "1.2.3");
    EXPECT_EQ(record.license, "Apache-2.0");
    EXPECT_EQ(record.provides, (std::vector<std::string>{"substrate:memory", "backend:echo"}));
    EXPECT_EQ(host.substrate_names(), std::vector<std::string>{"memory"});
    EXPECT_EQ(host.backend_names(), std::vector<std::string>{"echo"});

    const auto substrate = host.make_substrate("memory");
    const MachineHandle handle = substrate->start(machine("m-1"), within(std::chrono::seconds(30)));
    EXPECT_EQ(handle.data.at("label").as_string(), "label of m-1");
    EXPECT_EQ(substrate->inspect(handle, within(std::chrono::seconds(30))).state, MachineState::running);
    EXPECT_TRUE(logger_.contains("good: machine started machine=m-1"));
    EXPECT_EQ(error_of([&] { substrate->suspend(handle, Call{}); }).code(), Errc::unimplemented);

    const auto session = host.make_backend("echo")->open(SessionSpec{}, Call{});
    EXPECT_EQ(session->launch({{"1", "hello"}}).standard_input, "hello\n");
    EXPECT_EQ(session->on_line(OutputStream::standard_output, "hello").events.front().text, "hello");
    EXPECT_TRUE(session->on_exit({}).turn_ended->success);
    EXPECT_EQ(session->on_quiet().keys, std::vector<std::string>{"quiet"});
    EXPECT_TRUE(host.make_backend("echo")->session_capabilities({}).process_per_turn);
    EXPECT_FALSE(host.make_backend("echo")->session_capabilities({.mode = SessionMode::streaming}).process_per_turn);
    EXPECT_EQ(error_of([&] { substrate->attach_command(handle, {"true"}, Call{}); }).code(), Errc::unimplemented);
}

TEST_F(PluginHostLoading, ProvidersOutliveTheHost) {
    place("good");
    auto host = std::make_unique<PluginHost>(options());
    const auto substrate = host->make_substrate("memory");
    host.reset();
    const MachineHandle handle = substrate->start(machine("m-1"), Call{});
    EXPECT_EQ(substrate->inspect(handle, Call{}).state, MachineState::running);
    EXPECT_FALSE(logger_.contains("machine started")) << "the logger may be gone with the host";
}

TEST_F(PluginHostLoading, SettingsReachTheProvider) {
    place("good");
    PluginHostOptions small = options();
    small.settings["good"] = {{"room", 1}};
    const PluginHost host(small);
    const auto substrate = host.make_substrate("memory");
    substrate->start(machine("m-1"), Call{});
    const Error error = error_of([&] { substrate->start(machine("m-2"), Call{}); });
    EXPECT_EQ(error.code(), Errc::resource_exhausted);
    EXPECT_EQ(error.message(), "there is no room for machine \"m-2\"");
    EXPECT_EQ(error.hint(), "Raise room.");
    EXPECT_EQ(error.context(), std::vector<std::string>{"calling start of plugin \"good\""});
}

TEST_F(PluginHostLoading, ALaterPluginOfTheSameNameIsShadowed) {
    const auto first = place("good", "first");
    const auto second = place("good", "second");
    const PluginHost host(options({"first", "second"}));
    EXPECT_EQ(record_of(host, first).state, PluginState::loaded);
    EXPECT_EQ(record_of(host, second).state, PluginState::shadowed);
    EXPECT_EQ(record_of(host, second).reason, "plugin \"good\" was found in \"" + first.string() + "\" before");
}

TEST_F(PluginHostLoading, TheSameNameTwiceInAFolderIsRefused) {
    place("good", "plugins", "a.so");
    const auto second = place("good", "plugins", "b.so");
    const PluginHost host(options());
    EXPECT_EQ(record_of(host, second).state, PluginState::refused);
    EXPECT_NE(record_of(host, second).reason.find("in the same folder"), std::string::npos);
}

TEST_F(PluginHostLoading, ABadPluginStopsNoOther) {
    place("throws_registering");
    place("other_abi");
    place("good");
    const PluginHost host(options());
    EXPECT_EQ(host.records().size(), 3u);
    EXPECT_NO_THROW(host.make_substrate("memory"));
}

TEST_F(PluginHostLoading, OnlyTheKindsInUseAreLoaded) {
    const auto slow = place("slow");
    const auto good = place("good");
    PluginHostOptions backends = options();
    backends.kinds = {"backend"};
    const PluginHost host(backends);
    EXPECT_EQ(record_of(host, slow).state, PluginState::skipped);
    EXPECT_EQ(record_of(host, good).state, PluginState::loaded);
}

TEST_F(PluginHostLoading, AnUnknownNameGetsTheNearestOne) {
    place("good");
    const PluginHost host(options());
    const Error near = error_of([&] { host.make_substrate("memroy"); });
    EXPECT_EQ(near.code(), Errc::not_found);
    EXPECT_EQ(near.message(), "there is no substrate \"memroy\"");
    EXPECT_EQ(near.hint(), "Did you mean \"memory\"?");
    EXPECT_EQ(error_of([&] { host.make_backend("claude"); }).hint(), "There is: echo.");
}

TEST_F(PluginHostLoading, SettingsOfNobodyAreMentioned) {
    place("good");
    PluginHostOptions typo = options();
    typo.settings["goood"] = {};
    const PluginHost host(typo);
    EXPECT_TRUE(logger_.contains("Did you mean \"good\"?"));
}

TEST_F(PluginHostLoading, InspectReadsTheManifestAndRunsNothing) {
    ::unsetenv("MURMUR_TEST_RAN_slow");
    const PluginRecord record = inspect_plugin(place("slow"));
    EXPECT_EQ(record.state, PluginState::found) << record.reason;
    EXPECT_EQ(record.name, "slow");
    EXPECT_EQ(record.provides, std::vector<std::string>{"substrate:slow"});
    const json::object shown = to_json(record);
    EXPECT_EQ(shown.at("state").as_string(), "found");
    EXPECT_EQ(shown.at("sha256").as_string().size(), 64u);
    EXPECT_EQ(inspect_plugin(temp_ / "missing.so").state, PluginState::refused);
    EXPECT_EQ(inspect_plugin(place("other_sdk")).name, "other-sdk");
    EXPECT_EQ(std::getenv("MURMUR_TEST_RAN_other_sdk"), nullptr);
}

TEST_F(PluginHostLoading, PrivateDirectoryForState) {
    place("good");
    const PluginHost host(options());
    host.make_substrate("memory");
    EXPECT_FALSE(std::filesystem::exists(temp_ / "state")) << "it is made on first use";
}

}

}
