#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace murmur {

/// One prepared statement, used over and over by the thread of its database. Errors are thrown as Error.
///
///     auto query = statement.start(workspace, 5);      // binds from the left
///     while (query.step()) use(query.text(0));
class Statement {
public:
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    /// One run of the statement; gives its locks back when it goes.
    class Run {
    public:
        explicit Run(sqlite3_stmt* statement) : statement_(statement) {}
        Run(const Run&) = delete;
        Run& operator=(const Run&) = delete;
        ~Run();
        /// Goes to the next row; false at the end.
        bool step();
        std::int64_t integer(int column) const;
        double real(int column) const;
        std::string text(int column) const;

    private:
        sqlite3_stmt* statement_;
    };

    template <class... Values>
    Run start(const Values&... values) {
        int index = 0;
        (bind(++index, values), ...);
        return Run(statement_);
    }
    /// For statements without rows.
    template <class... Values>
    void run(const Values&... values) {
        Run run = start(values...);
        while (run.step()) {
        }
    }

private:
    void bind(int index, std::int64_t value);
    void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, bool value) { bind(index, static_cast<std::int64_t>(value)); }
    void bind(int index, double value);
    void bind(int index, std::string_view value);
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
    void bind(int index, const char* value) { bind(index, std::string_view(value)); }

    sqlite3_stmt* statement_ = nullptr;
};

}
