#pragma once

#include <string>
#include <string_view>

namespace murmur {

/// Where a command writes, so that it can be tested and redirected. For one thread.
class Out {
public:
    virtual ~Out() = default;

    /// Text for standard output, as it is.
    void print(std::string_view text) { write(text); }
    /// Text for standard error.
    void note(std::string_view text) { write_note(text); }

    bool has_colour() const { return has_colour_; }
    /// Columns of the terminal; 0 when the output is none.
    int width() const { return width_; }

    enum class Style { plain, dim, red, green, yellow, cyan };
    /// The text in that style where there is colour, else the text alone.
    std::string paint(Style style, std::string_view text) const;

protected:
    Out(bool has_colour, int width) : has_colour_(has_colour), width_(width) {}
    virtual void write(std::string_view text) = 0;
    virtual void write_note(std::string_view text) = 0;

private:
    bool has_colour_;
    int width_;
};

/// Standard output and standard error of the process.
///
/// Colour is used on a terminal when NO_COLOR is not set and TERM is not "dumb". Once the reader has gone away, print()
/// throws a `cancelled` Error and is_closed() is true.
class StandardOut final : public Out {
public:
    StandardOut();
    bool is_closed() const { return is_closed_; }

private:
    void write(std::string_view text) override;
    void write_note(std::string_view text) override;

    bool is_closed_ = false;
};

/// Keeps what is written: for tests.
class CapturedOut final : public Out {
public:
    explicit CapturedOut(bool has_colour = false, int width = 0) : Out(has_colour, width) {}
    std::string printed, noted;

private:
    void write(std::string_view text) override { printed += text; }
    void write_note(std::string_view text) override { noted += text; }
};

}
