#include "store/database.hpp"

#include <sqlite3.h>

#include <murmur/error.hpp>

#include "store/statement.hpp"

namespace murmur {

namespace {

// How long a reader waits for a checkpoint, or a second connection for the first.
constexpr int busy_timeout_ms = 10'000;

/// SQLite counts its memory under a lock that every thread takes for every allocation, and nobody asks for the count.
void configure_once() {
    static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(configured);
}

Errc errc_of(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL: return Errc::resource_exhausted;
        case SQLITE_NOMEM: return Errc::resource_exhausted;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Errc::data_loss;
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return Errc::unavailable;
        case SQLITE_IOERR: return Errc::unavailable;
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN: return Errc::permission_denied;
        default: return Errc::internal;
    }
}

std::string hint_of(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL: return "Free some space there, and try again; nothing was half written.";
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return "Restore the state directory from a backup, or move it away to start empty.";
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN: return "Check the owner and the rights of the state directory.";
        default: return "";
    }
}

}

void throw_database_error(sqlite3* database, const std::string& what) {
    const int code = sqlite3_extended_errcode(database);
    const char* file = sqlite3_db_filename(database, "main");
    if ((code & 0xff) == SQLITE_FULL && file)
        throw Error(Errc::resource_exhausted,
                    "no space left on the disk of the state directory, for \"" + std::string(file) + "\"")
            .with_hint(hint_of(code));
    throw Error(errc_of(code), what + ": " + sqlite3_errmsg(database)).with_hint(hint_of(code));
}

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
    configure_once();
    const int flags = mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int result =
        sqlite3_open_v2(file.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    try {
        if (result != SQLITE_OK) throw_database_error(handle_, "cannot open \"" + file.string() + "\"");
        sqlite3_busy_timeout(handle_, busy_timeout_ms);
        if (mode == Mode::write) execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
        execute("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;");
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::execute(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        throw_database_error(handle_, "database \"" + file_.string() + "\"");
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

Statement::Statement(sqlite3* database, std::string_view sql) {
    if (sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr) != SQLITE_OK)
        throw_database_error(database, "cannot prepare \"" + std::string(sql) + "\"");
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
void Statement::bind(int index, double value) { sqlite3_bind_double(statement_, index, value); }
void Statement::bind(int index, std::string_view value) {
    // The text outlives the run in every use: it is an argument of start() or run().
    sqlite3_bind_text64(statement_, index, value.data() ? value.data() : "", value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

Statement::Run::~Run() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

bool Statement::Run::step() {
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    throw_database_error(sqlite3_db_handle(statement_), "database statement failed");
}

std::int64_t Statement::Run::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::Run::real(int column) const { return sqlite3_column_double(statement_, column); }
std::string Statement::Run::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

}
