#pragma once

#include "api/api_context.hpp"
#include "catalog/catalog.hpp"
#include "unit/engine/engine_world.hpp"

namespace murmur {

inline const Tenant acme{"github_app", "acme"};
inline const Tenant other_tenant{"github_app", "other"};

/// An API on a real store, engine and catalog, with the builtins of share/catalog, and tokens of two tenants.
class ApiWorld : public EngineWorld {
protected:
    ApiWorld() {
        const Catalog::Transact transact = [this](std::function<void(ResourceWriter&)> change) {
            engine->transact([&change](StoreWriter& store) { change(store.resources()); });
        };
        keys_ = open_key_file(dir / "master-keys");
        vault_ = std::make_unique<SecretVault>(*keys_, reader->resources(), transact, clock);
        catalog_ =
            std::make_unique<Catalog>(kinds_, load_builtins(kinds_, std::string(MURMUR_SOURCE_DIR) + "/share/catalog"),
                                      reader->resources(), transact, *vault_, clock);
        authorizer_ = std::make_unique<Authorizer>(policy_source(*catalog_), logger);
        ApiOptions api;
        api.tenant = {"local", "operator"};
        api.default_backend = "command";
        api.default_substrate = "fake";
        api.backends = {"command"};
        api.substrates = {"fake"};
        api.backend_of_model = [](const std::string&) { return std::string(); };
        api.plugins = [] { return json::array(); };
        for (const Tenant& tenant : {acme, other_tenant})
            for (const char* account : {"alice", "bob", "root"}) {
                Principal principal = user_principal(tenant, account);
                principal.is_org_admin = principal.name == "root";
                api.tokens.push_back({token_digest(token_of(account, tenant)), principal});
            }
        api.tokens.push_back({token_digest(token_of("ci-bot", acme)), service_profile_principal(acme, "ci-bot")});
        context_ = std::make_unique<ApiContext>(
            ApiContext{*engine, *reader, *box, clock, std::move(api), *authorizer_, *catalog_, *vault_, *blobs_});
    }
    ~ApiWorld() override { engine->stop(); }

    static std::string token_of(const std::string& account, const Tenant& tenant) {
        return "token of " + account + " in " + tenant.org;
    }
    static Caller member(const std::string& account, const Tenant& tenant = acme) {
        return caller_of(user_principal(tenant, account));
    }
    static Caller admin(const Tenant& tenant = acme) {
        Principal principal = user_principal(tenant, "root");
        principal.is_org_admin = true;
        return caller_of(std::move(principal));
    }
    static Caller profile(const std::string& name, const Tenant& tenant = acme) {
        return caller_of(service_profile_principal(tenant, name));
    }

    /// An agent that works on nothing.
    Agent make_agent(const Tenant& tenant, const std::string& account, const std::vector<std::string>& path,
                     const std::string& purpose = "") {
        command::Spawn command = spawn_command(path.back());
        command.id = {tenant, account_provider(tenant), account, "web", path};
        command.spec.purpose = purpose;
        return engine->execute(command.id.workflow_id(), command);
    }
    /// As the operator would, who may everything.
    void set(const Tenant& tenant, const std::string& kind, const std::string& name, json::object fields,
             const std::string& owner = "") {
        SourceDocument document;
        document.fields = std::move(fields);
        catalog_->set({tenant_key(tenant), kind, owner, name}, document, {"operator", {}});
    }

    KindRegistry kinds_;
    std::unique_ptr<KeyService> keys_;
    std::unique_ptr<SecretVault> vault_;
    std::unique_ptr<Catalog> catalog_;
    std::unique_ptr<Authorizer> authorizer_;
    std::unique_ptr<BlobStore> blobs_ = open_blob_directory(dir / "blobs", clock);
    std::unique_ptr<ApiContext> context_;
};

}
