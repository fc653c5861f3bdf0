#include "murmur/error.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace murmur {

namespace {

struct ErrcNames {
    Errc code;
    std::string_view name;
    std::string_view title;
};

constexpr std::array<ErrcNames, 16> errc_table{{
    {Errc::cancelled, "canceled", "Canceled"},
    {Errc::unknown, "unknown", "Unknown"},
    {Errc::invalid_argument, "invalid_argument", "InvalidArgument"},
    {Errc::deadline_exceeded, "deadline_exceeded", "DeadlineExceeded"},
    {Errc::not_found, "not_found", "NotFound"},
    {Errc::already_exists, "already_exists", "AlreadyExists"},
    {Errc::permission_denied, "permission_denied", "PermissionDenied"},
    {Errc::resource_exhausted, "resource_exhausted", "ResourceExhausted"},
    {Errc::failed_precondition, "failed_precondition", "FailedPrecondition"},
    {Errc::aborted, "aborted", "Aborted"},
    {Errc::out_of_range, "out_of_range", "OutOfRange"},
    {Errc::unimplemented, "unimplemented", "Unimplemented"},
    {Errc::internal, "internal", "Internal"},
    {Errc::unavailable, "unavailable", "Unavailable"},
    {Errc::data_loss, "data_loss", "DataLoss"},
    {Errc::unauthenticated, "unauthenticated", "Unauthenticated"},
}};

Errc errc_from_errno(int value) {
    switch (value) {
        case ENOENT: return Errc::not_found;
        case EEXIST: return Errc::already_exists;
        case EACCES:
        case EPERM: return Errc::permission_denied;
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
        case ENOMEM: return Errc::resource_exhausted;
        case ETIMEDOUT: return Errc::deadline_exceeded;
        case ECONNREFUSED:
        case ECONNRESET:
        case EAGAIN:
        case EPIPE: return Errc::unavailable;
        case EINVAL:
        case ENAMETOOLONG: return Errc::invalid_argument;
        default: return Errc::unknown;
    }
}

}

std::string_view errc_name(Errc code) noexcept {
    for (const ErrcNames& row : errc_table)
        if (row.code == code) return row.name;
    return "unknown";
}

std::string_view errc_title(Errc code) noexcept {
    for (const ErrcNames& row : errc_table)
        if (row.code == code) return row.title;
    return "Unknown";
}

Errc errc_from_name(std::string_view name) noexcept {
    for (const ErrcNames& row : errc_table)
        if (row.name == name) return row.code;
    return Errc::unknown;
}

struct Error::Data {
    Errc code;
    std::string message;
    std::string hint;
    std::vector<std::string> context;
};

Error::Error(Errc code, std::string message)
    : data_(std::make_shared<const Data>(Data{code, std::move(message), {}, {}})) {}
Error::~Error() = default;
Error::Error(const Error&) noexcept = default;
Error& Error::operator=(const Error&) noexcept = default;

Errc Error::code() const noexcept { return data_->code; }
const std::string& Error::message() const noexcept { return data_->message; }
const std::string& Error::hint() const noexcept { return data_->hint; }
const std::vector<std::string>& Error::context() const noexcept { return data_->context; }
const char* Error::what() const noexcept { return data_->message.c_str(); }

Error Error::with_hint(std::string hint) const {
    Data data = *data_;
    data.hint = std::move(hint);
    Error copy = *this;
    copy.data_ = std::make_shared<const Data>(std::move(data));
    return copy;
}

Error Error::in(std::string context) const {
    Data data = *data_;
    data.context.push_back(std::move(context));
    Error copy = *this;
    copy.data_ = std::make_shared<const Data>(std::move(data));
    return copy;
}

Error current_error() noexcept {
    try {
        throw;
    } catch (const Error& error) {
        return error;
    } catch (const std::system_error& error) {
        const bool is_errno =
            error.code().category() == std::generic_category() || error.code().category() == std::system_category();
        return Error(is_errno ? errc_from_errno(error.code().value()) : Errc::unknown, error.what());
    } catch (const std::bad_alloc&) {
        return Error(Errc::resource_exhausted, "out of memory");
    } catch (const std::exception& error) {
        return Error(Errc::unknown, error.what());
    } catch (...) {
        return Error(Errc::unknown, "an exception of a type that is not derived from std::exception");
    }
}

Error system_error(int errno_value, const std::string& what_failed) {
    return Error(errc_from_errno(errno_value), what_failed + ": " + std::generic_category().message(errno_value));
}

}
