#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <murmur/secret.hpp>

namespace murmur {

/// The state directory's own key: makes and checks tokens, and encrypts what must not lie on disk in the clear.
///
/// AES-256-GCM and HMAC-SHA-256, with separate keys derived from one file of mode 0600. Constant after construction.
class SecretBox {
public:
    /// Reads `<directory>/key`, or makes it.
    explicit SecretBox(const std::filesystem::path& directory);

    /// Hexadecimal; `purpose` is bound to it (associated data) and must be the same for opening.
    std::string seal(std::string_view plain, std::string_view purpose) const;
    /// Throws data_loss when it was changed, or sealed for something else.
    Secret open(const std::string& sealed, std::string_view purpose) const;

    /// What a token names: one agent and one incarnation of it.
    struct AgentClaim {
        std::int64_t agent_row;
        std::int64_t incarnation;
    };
    using RunnerClaim = AgentClaim;

    /// What a machine proves itself with to register its runner.
    Secret runner_token(std::int64_t agent_row, std::int64_t incarnation) const;
    /// The claim, or nothing when the token was not made here. Takes the same time for every wrong token.
    std::optional<RunnerClaim> check_runner_token(std::string_view token) const;

    /// What the programs of an agent ask the API with. No runner token, and no runner token is one.
    Secret agent_token(std::int64_t agent_row, std::int64_t incarnation) const;
    std::optional<AgentClaim> check_agent_token(std::string_view token) const;

private:
    Secret make_token(std::string_view kind, std::int64_t agent_row, std::int64_t incarnation) const;
    std::optional<AgentClaim> check_token(std::string_view kind, std::string_view token) const;
    std::string mac(std::string_view text) const;

    Secret sealing_key_;
    Secret token_key_;
};

/// What is kept of a bearer token: its SHA-256, hexadecimal.
std::string token_digest(std::string_view text);

}
