#include "secrets/secret_vault.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "unit/secrets/vault_world.hpp"

namespace murmur {
namespace {

using SecretVaultTest = VaultWorld;

TEST_F(SecretVaultTest, OpensWhatItSealedAlsoAfterARestart) {
    for (const std::string& value :
         {std::string("hunter2-hunter2"), std::string(), std::string("\0\xFF\n", 3), std::string(100'000, 'x')}) {
        set(key("A"), value);
        EXPECT_EQ(row(key("A")).sealed.find("hunter2"), std::string::npos);
        EXPECT_EQ(get(key("A")), value);
        restart();
        EXPECT_EQ(get(key("A")), value);
    }
}

TEST_F(SecretVaultTest, EveryTenantHasItsOwnKeyAndOnlyOne) {
    vault->prepare("github_app/acme");
    vault->prepare("github_app/acme");
    set(key("A"), "value one");
    set(key("A", "github_oauth/bob"), "value two");
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
    ASSERT_EQ(reader().tenant_keys("github_oauth/bob").size(), 1u);
    EXPECT_NE(reader().tenant_keys("github_app/acme")[0].wrapped, reader().tenant_keys("github_oauth/bob")[0].wrapped);
}

TEST_F(SecretVaultTest, AValueIsBoundToEverythingThatNamesIt) {
    set(key("A"), "the value");
    set(key("A", "github_oauth/bob"), "bob's");
    const ResourceRow good = row(key("A"));
    EXPECT_EQ(code_of(good), std::nullopt);
    const auto expect_refused = [&](const char* what, auto change) {
        ResourceRow changed = good;
        change(changed);
        EXPECT_EQ(code_of(changed), Errc::data_loss) << what;
    };
    expect_refused("tenant", [](ResourceRow& r) { r.key.tenant = "github_oauth/bob"; });
    expect_refused("kind", [](ResourceRow& r) { r.key.kind = "user-secret"; });
    expect_refused("name", [](ResourceRow& r) { r.key.name = "B"; });
    expect_refused("owner", [](ResourceRow& r) { r.key.owner = "alice"; });
    expect_refused("generation", [](ResourceRow& r) { ++r.generation; });
    expect_refused("a part moved into its neighbour", [](ResourceRow& r) {
        r.key.kind = "secre";
        r.key.name = "tA";
    });
    expect_refused("cut short", [](ResourceRow& r) { r.sealed.resize(r.sealed.size() - 2); });
    expect_refused("half a byte", [](ResourceRow& r) { r.sealed.pop_back(); });
    expect_refused("empty", [](ResourceRow& r) { r.sealed.clear(); });
    expect_refused("longer", [](ResourceRow& r) { r.sealed += "00"; });
    for (std::size_t i = 0; i < good.sealed.size(); ++i)
        expect_refused("a digit", [&](ResourceRow& r) { r.sealed[i] = r.sealed[i] == '0' ? '1' : '0'; });
}

TEST_F(SecretVaultTest, ExchangedRowsAreNoticed) {
    set(key("A"), "value of A");
    set(key("B"), "value of B");
    ResourceRow a = row(key("A")), b = row(key("B"));
    std::swap(a.sealed, b.sealed);
    transact([&](ResourceWriter& writer) {
        writer.put_resource(a, {});
        writer.put_resource(b, {});
    });
    EXPECT_EQ(code_of(row(key("A"))), Errc::data_loss);
    EXPECT_EQ(code_of(row(key("B"))), Errc::data_loss);
}

TEST_F(SecretVaultTest, AnOlderValueCannotComeBackUnderANewerGeneration) {
    set(key("A"), "the old one");
    const ResourceRow old = row(key("A"));
    set(key("A"), "the new one");
    ResourceRow forged = row(key("A"));
    forged.sealed = old.sealed;
    EXPECT_EQ(code_of(forged), Errc::data_loss);
}

TEST_F(SecretVaultTest, AnotherKeyFileOpensNothingAndSaysSo) {
    set(key("A"), "the value");
    std::filesystem::remove(key_file());
    restart();
    try {
        get(key("A"));
        FAIL() << "opened without its key";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_NE(error.message().find("secrets.key"), std::string::npos);
        EXPECT_NE(error.hint().find("backup"), std::string::npos);
    }
}

TEST_F(SecretVaultTest, RotationMovesEverythingAndForgetsTheOldKey) {
    for (int i = 0; i < 200; ++i) set(key("S" + std::to_string(i)), "value " + std::to_string(i));
    const ResourceRow old = row(key("S7"));
    const SecretVault::Rotation done = vault->rotate("github_app/acme");
    EXPECT_EQ(done.key_version, 2);
    EXPECT_EQ(done.values, 200);
    ASSERT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
    EXPECT_EQ(reader().tenant_keys("github_app/acme")[0].version, 2);
    EXPECT_NE(row(key("S7")).sealed, old.sealed);
    EXPECT_EQ(row(key("S7")).generation, old.generation);
    EXPECT_EQ(vault->open(old).reveal(), "value 7");  // it is read again
    restart();
    for (int i = 0; i < 200; ++i) EXPECT_EQ(get(key("S" + std::to_string(i))), "value " + std::to_string(i));
}

TEST_F(SecretVaultTest, ARotationMayBeCutOffAnywhereAndBeginAgain) {
    for (int i = 0; i < 150; ++i) set(key("S" + std::to_string(i)), "value " + std::to_string(i));
    bool finished = false;
    for (int allowed = 0; !finished; ++allowed) {
        ASSERT_LT(allowed, 20);
        transactions_left = allowed;
        try {
            vault->rotate("github_app/acme");
            finished = true;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::unavailable);
        }
        restart();
        for (int i = 0; i < 150; ++i) ASSERT_EQ(get(key("S" + std::to_string(i))), "value " + std::to_string(i));
        // Half of the time it is taken up where it was, otherwise begun anew.
        if (!finished && allowed % 2 == 0) {
            vault->settle([](const std::string&, const Error& error) { ADD_FAILURE() << error.message(); });
            EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
        }
    }
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
}

TEST_F(SecretVaultTest, ADamagedValueIsNamedAndHindersNoOther) {
    set(key("GOOD"), "the value");
    set(key("BAD"), "the value");
    ResourceRow bad = row(key("BAD"));
    bad.sealed[40] = bad.sealed[40] == '0' ? '1' : '0';
    transact([&](ResourceWriter& writer) { writer.put_resource(bad, {}); });
    try {
        vault->rotate("github_app/acme");
        FAIL() << "the damaged one went unnoticed";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::data_loss);
        EXPECT_NE(error.message().find("secret \"BAD\""), std::string::npos);
        EXPECT_EQ(error.message().find("GOOD"), std::string::npos);
    }
    EXPECT_EQ(row(key("GOOD")).key_version, 2);
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 2u);  // the old one is still needed
    set(key("BAD"), "a new value");
    vault->rotate("github_app/acme");
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
    EXPECT_EQ(get(key("BAD")), "a new value");
}

TEST_F(SecretVaultTest, ANewMasterKeyTakesOver) {
    set(key("A"), "value one");
    set(key("A", "github_oauth/bob"), "value two");
    EXPECT_EQ(vault->rewrap("github_app/acme"), 0);
    const std::string before = service->current_key();
    add_key_to_file(key_file());
    EXPECT_NE(service->current_key(), before);
    EXPECT_EQ(get(key("A")), "value one");
    EXPECT_EQ(vault->rewrap("github_app/acme"), 1);
    vault->settle([](const std::string&, const Error& error) { ADD_FAILURE() << error.message(); });
    EXPECT_EQ(reader().tenant_keys("github_oauth/bob")[0].key_service, service->current_key());
    EXPECT_EQ(reader().tenant_keys("github_app/acme")[0].key_service, service->current_key());
    restart();
    EXPECT_EQ(get(key("A")), "value one");
    EXPECT_EQ(get(key("A", "github_oauth/bob")), "value two");
}

TEST_F(SecretVaultTest, ATenantWhoseKeyIsLostHindersNoOther) {
    set(key("A"), "value one");
    set(key("A", "github_oauth/bob"), "value two");
    TenantKeyRow lost = reader().tenant_keys("github_app/acme")[0];
    lost.key_service = "file:0000000000000000";
    transact([&](ResourceWriter& writer) { writer.put_tenant_key(lost); });
    add_key_to_file(key_file());
    restart();
    std::vector<std::string> failed;
    vault->settle([&](const std::string& tenant, const Error&) { failed.push_back(tenant); });
    EXPECT_EQ(failed, std::vector<std::string>{"github_app/acme"});
    EXPECT_EQ(reader().tenant_keys("github_oauth/bob")[0].key_service, service->current_key());
    EXPECT_EQ(get(key("A", "github_oauth/bob")), "value two");
}

TEST_F(SecretVaultTest, AKeyThatWasRolledBackIsNotUsed) {
    EXPECT_THROW(transact([&](ResourceWriter& writer) {
                     vault->seal(writer, key("A"), 1, Secret("never stored"));
                     throw Error(Errc::aborted, "changed its mind");
                 }),
                 Error);
    set(key("A"), "stored");
    restart();
    EXPECT_EQ(get(key("A")), "stored");
}

TEST_F(SecretVaultTest, ReadersAndWritersGoOnDuringRotations) {
    constexpr int names = 12, rounds = 60;
    for (int i = 0; i < names; ++i) set(key("S" + std::to_string(i)), "value 0");
    std::atomic<int> running = 6;
    std::atomic<int> opened = 0, rotations = 0;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&, t] {
            for (int round = 1; round <= rounds; ++round)
                for (int i = t; i < names; i += 3) set(key("S" + std::to_string(i)), "value " + std::to_string(round));
            --running;
        });
    for (int t = 0; t < 3; ++t)
        threads.emplace_back([&] {
            for (int round = 0; round < rounds; ++round)
                for (int i = 0; i < names; ++i) {
                    try {
                        opened += get(key("S" + std::to_string(i))).starts_with("value ");
                    } catch (const Error& error) {
                        ADD_FAILURE() << error.message();
                    }
                }
            --running;
        });
    for (int t = 0; t < 2; ++t)
        threads.emplace_back([&] {
            while (running > 0) {
                vault->rotate("github_app/acme");
                ++rotations;
            }
        });
    threads.clear();
    EXPECT_EQ(opened, 3 * rounds * names);
    EXPECT_GT(rotations, 1);
    for (int i = 0; i < names; ++i) EXPECT_EQ(get(key("S" + std::to_string(i))), "value " + std::to_string(rounds));
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
    restart();
    for (int i = 0; i < names; ++i) EXPECT_EQ(get(key("S" + std::to_string(i))), "value " + std::to_string(rounds));
}

TEST_F(SecretVaultTest, TheFirstKeyIsMadeOnceHoweverManyNeedIt) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            if (t % 2) vault->prepare("github_app/acme");
            set(key("S" + std::to_string(t)), "value " + std::to_string(t));
        });
    threads.clear();
    EXPECT_EQ(reader().tenant_keys("github_app/acme").size(), 1u);
    for (int t = 0; t < 8; ++t) EXPECT_EQ(get(key("S" + std::to_string(t))), "value " + std::to_string(t));
}

}
}
