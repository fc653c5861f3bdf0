#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <murmur/clock.hpp>
#include <murmur/error.hpp>
#include <mutex>
#include <optional>

#include "secrets/secret_vault.hpp"
#include "store/store.hpp"

namespace murmur {

/// A store, a key file and a vault in a directory of their own.
class VaultWorld : public testing::Test {
protected:
    VaultWorld() {
        char name[] = "/tmp/murmur-vault-XXXXXX";
        dir = ::mkdtemp(name);
        restart();
    }
    ~VaultWorld() override {
        vault.reset();
        store_reader.reset();
        store_writer.reset();
        std::filesystem::remove_all(dir);
    }

    /// As after a crash: nothing but the disk is left.
    void restart() {
        vault.reset();
        store_reader.reset();
        store_writer.reset();
        store_writer = open_sqlite_writer(dir);
        store_reader = open_sqlite_reader(dir);
        service = open_key_file(key_file());
        transactions_left = -1;
        vault = std::make_unique<SecretVault>(
            *service, reader(), [this](const auto& change) { transact(change); }, clock);
    }

    std::filesystem::path key_file() const { return dir / "secrets.key"; }
    ResourceReader& reader() { return store_reader->resources(); }

    void transact(const std::function<void(ResourceWriter&)>& change) {
        const std::lock_guard one_writer(writing);
        if (transactions_left == 0) throw Error(Errc::unavailable, "the power is gone");
        if (transactions_left > 0) --transactions_left;
        store_writer->begin();
        try {
            change(store_writer->resources());
        } catch (...) {
            store_writer->roll_back();
            throw;
        }
        store_writer->commit();
    }

    static ResourceKey key(const std::string& name, const std::string& tenant = "github_app/acme") {
        return {tenant, "secret", "", name};
    }
    void set(const ResourceKey& name, const std::string& value) {
        transact([&](ResourceWriter& writer) {
            const auto before = writer.find_resource(name);
            ResourceRow row;
            row.key = name;
            row.generation = before ? before->generation + 1 : 1;
            row.body = "{}";
            const SealedValue sealed = vault->seal(writer, name, row.generation, Secret(value));
            row.sealed = sealed.sealed;
            row.key_version = sealed.key_version;
            writer.put_resource(row, {});
        });
    }
    ResourceRow row(const ResourceKey& name) {
        const auto found = reader().find_resource(name);
        if (!found) throw Error(Errc::not_found, "no " + name.name);
        return *found;
    }
    std::string get(const ResourceKey& name) { return std::string(vault->open(row(name)).reveal()); }
    std::optional<Errc> code_of(const ResourceRow& changed) {
        try {
            vault->open(changed);
        } catch (const Error& error) {
            return error.code();
        }
        return std::nullopt;
    }

    std::filesystem::path dir;
    std::mutex writing;
    int transactions_left = -1;  ///< before the power goes; -1: it stays
    SystemClock clock;
    std::unique_ptr<StoreWriter> store_writer;
    std::unique_ptr<StoreReader> store_reader;
    std::unique_ptr<KeyService> service;
    std::unique_ptr<SecretVault> vault;
};

}
