#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace murmur {

/// A shared library as data: what its variables will hold once it is loaded, read without loading it.
///
/// Every read is checked against the file's size, so a damaged or hostile file gives an error and nothing else. Throws
/// invalid_argument, worded to follow "plugin X was refused: ".
class ElfFile {
public:
    /// Maps the file. Throws when it is not a shared library for this processor.
    explicit ElfFile(const std::filesystem::path& path);
    ~ElfFile();
    ElfFile(const ElfFile&) = delete;
    ElfFile& operator=(const ElfFile&) = delete;

    /// The address of a symbol that the library exports.
    std::optional<std::uint64_t> find_exported(std::string_view name) const;
    std::uint32_t read_u32(std::uint64_t address) const;
    /// The address that the pointer at `address` will hold, as seen from the start of the library.
    std::uint64_t read_pointer(std::uint64_t address) const;
    /// A zero-terminated string of at most 4 KiB.
    std::string read_text(std::uint64_t address) const;
    /// The whole file.
    std::string_view bytes() const { return bytes_; }

private:
    template <class T>
    T read(std::uint64_t offset) const;
    template <class T>
    T entry(std::uint64_t table_offset, std::uint64_t index) const;
    void check_header() const;
    std::uint64_t offset_of(std::uint64_t address, std::uint64_t size) const;

    std::string_view bytes_;
};

}
