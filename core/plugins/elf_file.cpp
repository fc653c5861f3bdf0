#include "plugins/elf_file.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <murmur/error.hpp>

#include "base/file.hpp"

namespace murmur {

namespace {

// No plugin is near it; it keeps a wrong file from being mapped and hashed for minutes.
constexpr std::uint64_t elf_bytes_max = 1ULL << 30;
constexpr std::size_t elf_text_max = 4096;

#if defined(__x86_64__)
constexpr std::uint16_t host_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t host_machine = EM_AARCH64;
#else
#error "add this processor's ELF machine number"
#endif

Error damaged() {
    return Error(Errc::invalid_argument, "the file is damaged: it refers to places outside of itself")
        .with_hint("Build or install the plugin again.");
}

}

ElfFile::ElfFile(const std::filesystem::path& path) {
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // opening a pipe would wait
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) throw system_error(errno, "the file cannot be read");
    if (!S_ISREG(status.st_mode)) throw Error(Errc::invalid_argument, "it is not a regular file");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > elf_bytes_max) throw Error(Errc::resource_exhausted, "the file is larger than 1 GiB");
    if (size > 0) {
        void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (mapped == MAP_FAILED) throw system_error(errno, "the file cannot be read");
        bytes_ = std::string_view(static_cast<const char*>(mapped), size);
    }
    try {
        check_header();
    } catch (...) {
        if (size > 0) ::munmap(const_cast<char*>(bytes_.data()), size);
        throw;
    }
}

ElfFile::~ElfFile() {
    if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

template <class T>
T ElfFile::read(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) throw damaged();
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
}

template <class T>
T ElfFile::entry(std::uint64_t table_offset, std::uint64_t index) const {
    // Both are below the file's size when they are sound, so their sum cannot overflow.
    if (table_offset > bytes_.size() || index > bytes_.size() / sizeof(T)) throw damaged();
    return read<T>(table_offset + index * sizeof(T));
}

void ElfFile::check_header() const {
    const auto wrong = [](const std::string& what) {
        return Error(Errc::invalid_argument, what)
            .with_hint("Move it out of the plugin folder, or build the plugin again.");
    };
    if (bytes_.size() < sizeof(Elf64_Ehdr) || std::memcmp(bytes_.data(), ELFMAG, SELFMAG) != 0)
        throw wrong("it is not a shared library");
    const auto header = read<Elf64_Ehdr>(0);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
        header.e_machine != host_machine)
        throw wrong("it was built for another processor");
    if (header.e_type != ET_DYN) throw wrong("it is not a shared library");
    if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_phentsize != sizeof(Elf64_Phdr)) throw damaged();
}

std::optional<std::uint64_t> ElfFile::find_exported(std::string_view name) const {
    const auto header = read<Elf64_Ehdr>(0);
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = entry<Elf64_Shdr>(header.e_shoff, i);
        if (section.sh_type != SHT_DYNSYM) continue;
        const auto names = entry<Elf64_Shdr>(header.e_shoff, section.sh_link);
        for (std::uint64_t n = 0; n < section.sh_size / sizeof(Elf64_Sym); ++n) {
            const auto symbol = entry<Elf64_Sym>(section.sh_offset, n);
            if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names.sh_size) continue;
            if (names.sh_offset > bytes_.size() || bytes_.size() - names.sh_offset < names.sh_size) throw damaged();
            const std::string_view text = bytes_.substr(names.sh_offset, names.sh_size).substr(symbol.st_name);
            if (text.substr(0, text.find('\0')) == name) return symbol.st_value;
        }
    }
    return std::nullopt;
}

std::uint64_t ElfFile::offset_of(std::uint64_t address, std::uint64_t size) const {
    const auto header = read<Elf64_Ehdr>(0);
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
        const auto segment = entry<Elf64_Phdr>(header.e_phoff, i);
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
        const std::uint64_t distance = address - segment.p_vaddr;
        if (distance >= segment.p_filesz || segment.p_filesz - distance < size) continue;
        if (segment.p_offset > bytes_.size() || bytes_.size() - segment.p_offset < distance) throw damaged();
        return segment.p_offset + distance;
    }
    throw damaged();
}

std::uint32_t ElfFile::read_u32(std::uint64_t address) const {
    return read<std::uint32_t>(offset_of(address, sizeof(std::uint32_t)));
}

std::uint64_t ElfFile::read_pointer(std::uint64_t address) const {
    const auto header = read<Elf64_Ehdr>(0);
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const auto section = entry<Elf64_Shdr>(header.e_shoff, i);
        if (section.sh_type != SHT_RELA) continue;
        for (std::uint64_t n = 0; n < section.sh_size / sizeof(Elf64_Rela); ++n) {
            const auto relocation = entry<Elf64_Rela>(section.sh_offset, n);
            if (relocation.r_offset != address) continue;
            const std::uint64_t symbol_index = ELF64_R_SYM(relocation.r_info);
            if (symbol_index == 0) return static_cast<std::uint64_t>(relocation.r_addend);
            const auto symbols = entry<Elf64_Shdr>(header.e_shoff, section.sh_link);
            const auto symbol = entry<Elf64_Sym>(symbols.sh_offset, symbol_index);
            if (symbol.st_shndx == SHN_UNDEF) throw damaged();
            return symbol.st_value + static_cast<std::uint64_t>(relocation.r_addend);
        }
    }
    // Packed relative relocations (RELR) have no entry of their own: the word in the file is the address.
    return read<std::uint64_t>(offset_of(address, sizeof(std::uint64_t)));
}

std::string ElfFile::read_text(std::uint64_t address) const {
    const std::string_view rest = bytes_.substr(offset_of(address, 1));
    const std::size_t length = rest.substr(0, elf_text_max).find('\0');
    if (length == std::string_view::npos) throw damaged();
    return std::string(rest.substr(0, length));
}

}
