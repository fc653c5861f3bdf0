// A git server behind https, for tests: `git http-backend` with a certificate of its own making and one password.
//
//   git_https_server REPOSITORIES PASSWORD CERTIFICATE
//
// Serves the repositories below a folder on 127.0.0.1, prints the port when it does, and writes its certificate to a
// file for clients to trust. Any user name goes with the password. While a file "stall" lies in the folder, pushes are
// taken and never answered. Ends when its standard input does.

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinet/in.h>
#include <base/file.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <thread>

namespace {

namespace fs = std::filesystem;
using murmur::Fd;

struct Request {
    std::string method, target, body;
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

struct Served {
    fs::path repositories;
    std::string authorization;  ///< what "Authorization" has after the user's name and a colon, decoded
    SSL_CTX* tls = nullptr;
};

[[noreturn]] void give_up(const std::string& what) {
    std::cerr << "git_https_server: " << what << '\n';
    std::exit(1);
}

SSL_CTX* make_tls(const fs::path& certificate_file) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1,
                               0);
    X509_set_issuer_name(certificate, name);
    for (const auto& [kind, value] : {std::pair{NID_basic_constraints, "critical,CA:TRUE"},
                                      std::pair{NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1"}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
    if (X509_sign(certificate, key, EVP_sha256()) == 0) give_up("cannot make a certificate");
    FILE* file = std::fopen(certificate_file.c_str(), "w");
    if (!file || PEM_write_X509(file, certificate) != 1) give_up("cannot write the certificate");
    std::fclose(file);
    SSL_CTX* tls = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(tls, certificate);
    SSL_CTX_use_PrivateKey(tls, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return tls;
}

std::string decoded_base64(const std::string& text) {
    std::string out(text.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    out.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    while (!out.empty() && out.back() == '\0') out.pop_back();
    return out;
}

bool is_authorized(const Served& served, const Request& request) {
    const std::string value = request.header("authorization");
    if (!value.starts_with("Basic ")) return false;
    const std::string given = decoded_base64(value.substr(6));
    return given.substr(std::min(given.find(':'), given.size())) == ":" + served.authorization;
}

/// What `git http-backend` answers: headers of CGI, an empty line, a body.
std::string run_backend(const Served& served, const Request& request) {
    const std::string& target = request.target;
    const std::size_t question = std::min(target.find('?'), target.size());
    FILE* body = std::tmpfile();
    FILE* answer = std::tmpfile();
    std::fwrite(request.body.data(), 1, request.body.size(), body);
    std::fflush(body);
    std::rewind(body);
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(::fileno(body), 0);
        ::dup2(::fileno(answer), 1);
        ::setenv("GIT_PROJECT_ROOT", served.repositories.c_str(), 1);
        ::setenv("GIT_HTTP_EXPORT_ALL", "1", 1);
        ::setenv("REMOTE_USER", "tester", 1);
        ::setenv("REMOTE_ADDR", "127.0.0.1", 1);
        ::setenv("REQUEST_METHOD", request.method.c_str(), 1);
        ::setenv("PATH_INFO", target.substr(0, question).c_str(), 1);
        ::setenv("QUERY_STRING", question < target.size() ? target.substr(question + 1).c_str() : "", 1);
        ::setenv("CONTENT_TYPE", request.header("content-type").c_str(), 1);
        ::setenv("CONTENT_LENGTH", std::to_string(request.body.size()).c_str(), 1);
        ::setenv("HTTP_CONTENT_ENCODING", request.header("content-encoding").c_str(), 1);
        ::execlp("git", "git", "http-backend", nullptr);
        ::_exit(127);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    std::string text;
    std::rewind(answer);
    char buffer[65536];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, answer)) text.append(buffer, got);
    std::fclose(body);
    std::fclose(answer);
    return text;
}

std::string response_of(const Served& served, const Request& request) {
    const std::string end = "Content-Length: ", line = "\r\n";
    if (!is_authorized(served, request))
        return "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\nContent-Length: 0\r\n\r\n";
    const std::string answer = run_backend(served, request);
    const std::size_t split = answer.find("\r\n\r\n");
    if (split == std::string::npos) return "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    std::string head = answer.substr(0, split), status = "200 OK";
    if (const std::size_t at = head.find("Status: "); at != std::string::npos) {
        const std::size_t stop = std::min(head.find(line, at), head.size());
        status = head.substr(at + 8, stop - at - 8);
    }
    const std::string body = answer.substr(split + 4);
    return "HTTP/1.1 " + status + line + head + line + end + std::to_string(body.size()) + line + line + body;
}

/// What a client sends, in pieces of the reader's choice. Throws a string when it goes, or sends what is no HTTP.
class Input {
public:
    explicit Input(SSL* tls) : tls_(tls) {}
    std::string line() {
        std::size_t end = 0;
        while ((end = kept_.find("\r\n")) == std::string::npos) fill();
        const std::string text = kept_.substr(0, end);
        kept_.erase(0, end + 2);
        return text;
    }
    std::string bytes(std::size_t count) {
        while (kept_.size() < count) fill();
        const std::string text = kept_.substr(0, count);
        kept_.erase(0, count);
        return text;
    }

private:
    void fill() {
        char buffer[65536];
        const int got = SSL_read(tls_, buffer, sizeof buffer);
        if (got <= 0) throw std::string("the client is gone");
        kept_.append(buffer, static_cast<std::size_t>(got));
    }
    SSL* tls_;
    std::string kept_;
};

std::string read_chunks(Input& input) {
    std::string body;
    for (;;) {
        const std::size_t size = std::stoul(input.line(), nullptr, 16);
        body += input.bytes(size);
        input.line();
        if (size == 0) return body;
    }
}

Request read_request(Input& input, SSL* tls) {
    Request request;
    const std::string first = input.line();
    const std::size_t space = first.find(' '), end = first.rfind(' ');
    if (space == end) throw std::string("no HTTP");
    request.method = first.substr(0, space);
    request.target = first.substr(space + 1, end - space - 1);
    for (std::string line = input.line(); !line.empty(); line = input.line()) {
        const std::size_t colon = line.find(':');
        std::string name = line.substr(0, colon);
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        const std::size_t value = line.find_first_not_of(' ', colon + 1);
        request.headers[name] = value == std::string::npos ? "" : line.substr(value);
    }
    if (request.header("expect") == "100-continue") SSL_write(tls, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    if (request.header("transfer-encoding") == "chunked")
        request.body = read_chunks(input);
    else if (const std::string size = request.header("content-length"); !size.empty())
        request.body = input.bytes(std::stoul(size));
    return request;
}

void serve(const Served& served, Fd socket) {
    SSL* tls = SSL_new(served.tls);
    SSL_set_fd(tls, socket.get());
    Input input(tls);
    try {
        for (bool goes_on = SSL_accept(tls) == 1; goes_on;) {
            const Request request = read_request(input, tls);
            const bool is_push = request.target.ends_with("/git-receive-pack");
            while (is_push && fs::exists(served.repositories / "stall")) ::poll(nullptr, 0, 50);
            const std::string response = response_of(served, request);
            goes_on = SSL_write(tls, response.data(), static_cast<int>(response.size())) > 0;
        }
    } catch (const std::string&) {  // that connection is over
    } catch (const std::exception& error) {
        std::cerr << "git_https_server: " << error.what() << '\n';
    }
    SSL_free(tls);
}

}

int main(int count, char** arguments) {
    if (count != 4) give_up("usage: git_https_server REPOSITORIES PASSWORD CERTIFICATE");
    ::signal(SIGPIPE, SIG_IGN);
    const Served served{arguments[1], arguments[2], make_tls(arguments[3])};
    const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener.get(), 64) != 0 ||
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        give_up("cannot listen");
    std::cout << ntohs(address.sin_port) << std::endl;
    std::thread([] {
        char byte;
        while (::read(0, &byte, 1) > 0) {
        }
        ::_exit(0);
    }).detach();
    for (;;) {
        Fd client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (client)
            std::thread([&served, socket = std::move(client)]() mutable { serve(served, std::move(socket)); }).detach();
    }
}
