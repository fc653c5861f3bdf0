#include "git/handles.hpp"

#include <murmur/error.hpp>

namespace murmur::git {

namespace {

Errc code_of_git_failure(int result, int error_class, const std::string& text) {
    if (text.find("No space left on device") != std::string::npos) return Errc::resource_exhausted;
    if (text.find("Permission denied") != std::string::npos) return Errc::permission_denied;
    switch (result) {
        case GIT_ENOTFOUND: return Errc::not_found;
        case GIT_EEXISTS: return Errc::already_exists;
        case GIT_EAUTH: return Errc::unauthenticated;
        case GIT_ECERTIFICATE: return Errc::unavailable;
        case GIT_ENONFASTFORWARD: return Errc::aborted;
        case GIT_EINVALIDSPEC: return Errc::invalid_argument;
        case GIT_EOWNER: return Errc::failed_precondition;
        case GIT_ELOCKED: return Errc::unavailable;
        default: break;
    }
    switch (error_class) {
        case GIT_ERROR_NET:
        case GIT_ERROR_SSL:
        case GIT_ERROR_SSH:
        case GIT_ERROR_HTTP: return Errc::unavailable;
        case GIT_ERROR_NOMEMORY: return Errc::resource_exhausted;
        default: return Errc::unknown;
    }
}

std::string hint_of_git_failure(int result, Errc code) {
    if (result == GIT_EOWNER)
        return "The repository belongs to another user; trust it with `git config --global --add safe.directory "
               "<path>`.";
    if (result == GIT_ELOCKED) return "Another git process is at work there; try again when it has ended.";
    if (code == Errc::unauthenticated)
        return "Set MURMUR_GIT_TOKEN (or GH_TOKEN for github.com) in murmurd's environment, set up a git credential "
               "helper "
               "(`gh auth setup-git`), or use an ssh URL.";
    if (result == GIT_ECERTIFICATE)
        return "If the certificate is one of your own, name who signed it: GIT_SSL_CAINFO=<file> in murmurd's "
               "environment.";
    if (code == Errc::resource_exhausted) return "Free some space and try again.";
    return {};
}

}

Library::Library() {
    static const int initialised = git_libgit2_init();
    check(initialised, "starting libgit2");
}

void check(int result, const std::string& what_failed) {
    if (result >= 0) return;
    const git_error* last = git_error_last();
    std::string text = last && last->message ? last->message : "libgit2 error " + std::to_string(result);
    while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
    const Errc code = code_of_git_failure(result, last ? last->klass : 0, text);
    Error error(code, what_failed + ": " + text);
    const std::string hint = hint_of_git_failure(result, code);
    throw hint.empty() ? error : error.with_hint(hint);
}

std::string to_hex(const git_oid& oid) {
    char text[GIT_OID_HEXSZ + 1];
    git_oid_tostr(text, sizeof text, &oid);
    return text;
}

git_oid to_oid(const std::string& hex) {
    git_oid oid;
    if (hex.size() != GIT_OID_HEXSZ || git_oid_fromstr(&oid, hex.c_str()) < 0)
        throw Error(Errc::invalid_argument, "\"" + hex + "\" is not a commit id");
    return oid;
}

}
