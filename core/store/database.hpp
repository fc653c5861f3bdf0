#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

struct sqlite3;

namespace murmur {

/// One connection to the embedded database. Used by one thread at a time.
class Database {
public:
    enum class Mode { write, read };
    /// Opens the file (made if missing, for writing) in WAL mode; a commit is on disk when it returns.
    Database(const std::filesystem::path& file, Mode mode);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    sqlite3* handle() const { return handle_; }
    /// Runs one or more statements that give no rows.
    void execute(const std::string& sql);
    std::int64_t last_row() const;
    std::int64_t changes() const;
    const std::filesystem::path& file() const { return file_; }

private:
    std::filesystem::path file_;
    sqlite3* handle_ = nullptr;
};

/// Throws the Error that fits a SQLite result code: resource_exhausted for a full disk, data_loss for a damaged file, …
[[noreturn]] void throw_database_error(sqlite3* database, const std::string& what);

/// Brings the schema to the version this program knows. Throws failed_precondition for a file of a newer one.
void migrate(Database& database);
/// The version that migrate() leads to.
int schema_version();

}
