#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "murmur/export.hpp"

namespace murmur {

/// Why something failed, in the terms of the Connect and gRPC protocols, so that one name serves from a plugin to the
/// terminal. Source: https://connectrpc.com/docs/protocol (error codes).
enum class Errc {
    cancelled,            ///< the caller asked for it
    unknown,              ///< something foreign failed and told no reason
    invalid_argument,     ///< change the request or the configuration
    deadline_exceeded,    ///< it took longer than it was given
    not_found,            ///< there is no such thing
    already_exists,       ///< the name is taken
    permission_denied,    ///< other rights are needed
    resource_exhausted,   ///< a limit, a quota or the disk is full
    failed_precondition,  ///< not in this state; another action must come first
    aborted,              ///< lost a race; the same request may be repeated
    out_of_range,         ///< past the end
    unimplemented,        ///< this plugin or program does not offer it
    internal,             ///< a bug; the log has more
    unavailable,          ///< a later try may work
    data_loss,            ///< stored data is damaged
    unauthenticated,      ///< the caller did not prove who it is
};

/// The Connect spelling of a code, such as "not_found".
MURMUR_SDK_API std::string_view errc_name(Errc code) noexcept;
/// The spelling people see in the terminal, such as "NotFound".
MURMUR_SDK_API std::string_view errc_title(Errc code) noexcept;
/// The code with that Connect spelling; `unknown` for any other text.
MURMUR_SDK_API Errc errc_from_name(std::string_view name) noexcept;

/// The one exception type of murmur: strings only, so that it may outlive the plugin that threw it.
///
/// The message is one line, in lower case, without a full stop, with values in double quotes. Context says what murmur
/// was doing, innermost first. The hint says what to do about it.
class MURMUR_SDK_API Error : public std::exception {
public:
    Error(Errc code, std::string message);
    ~Error() override;
    Error(const Error&) noexcept;
    Error& operator=(const Error&) noexcept;

    Errc code() const noexcept;
    const std::string& message() const noexcept;
    const std::string& hint() const noexcept;
    const std::vector<std::string>& context() const noexcept;
    /// The message alone; the rest is printed by the one place that prints errors.
    const char* what() const noexcept override;

    /// Adds what should be done about it: a sentence.
    Error with_hint(std::string hint) const;
    /// Adds an outer line of context, such as "starting machine \"m-41\"".
    Error in(std::string context) const;

private:
    struct Data;
    std::shared_ptr<const Data> data_;
};

/// Turns the exception being handled into an Error, whatever it is. Call it only inside a catch block.
MURMUR_SDK_API Error current_error() noexcept;

/// An Error for a failed system call: the code that fits `errno_value`, and its text at the end of the message.
MURMUR_SDK_API Error system_error(int errno_value, const std::string& what_failed);

}
