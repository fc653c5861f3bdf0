// What libFuzzer does, in small: feeds a fuzz target the files of a corpus and mutations of them. Which ones depends on
// the seed alone, so that a finding comes again. Usage: <target> CORPUS ITERATIONS SEED, or <target> FILE... to repeat
// findings.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t input_bytes_max = 8192;
constexpr int mutations_max = 6;

std::string current_input;
std::string finding_file;

/// Keeps the input that ends the program. Not what a handler should do, but the program is lost anyway.
void keep_finding(int signal) {
    std::ofstream(finding_file, std::ios::binary) << current_input;
    std::fprintf(stderr, "fuzz: the input is in %s\n", finding_file.c_str());
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

std::string read_input(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void run_input(std::string input) {
    current_input = std::move(input);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

/// What YAML is made of: pieces of it find more than single bytes.
constexpr std::string_view pieces[] = {": ",
                                       "- ",
                                       "\n",
                                       "\n\n",
                                       "  ",
                                       "\t",
                                       "---\n",
                                       "...\n",
                                       "&a ",
                                       "*a",
                                       "!!str ",
                                       "? ",
                                       "|\n",
                                       "|+\n",
                                       "|-\n",
                                       ">\n",
                                       "\"",
                                       "'",
                                       "\\",
                                       "\\x00",
                                       "\\N",
                                       "\\ud83d",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       ", ",
                                       "#",
                                       " #",
                                       "%YAML",
                                       "null",
                                       "~",
                                       "yes",
                                       "true",
                                       "0755",
                                       "1.0",
                                       "1e5",
                                       "-0",
                                       "50.0",
                                       "\"50\"",
                                       ".inf",
                                       "0x1F",
                                       "1h30m",
                                       "90",
                                       "<<: ",
                                       "\xEF\xBB\xBF",
                                       "\xC3\xA9",
                                       "\xFF",
                                       "\xE2\x80\xA8",
                                       "kind: workspace\n",
                                       "name: x\n",
                                       "kind: recipe\n",
                                       "2026-05-14T18:30:00Z"};

class Mutator {
public:
    Mutator(const std::vector<std::string>& corpus, std::uint64_t seed) : corpus_(corpus), random_(seed) {}

    std::string next() {
        std::string input = corpus_[pick(corpus_.size())];
        for (std::size_t count = 1 + pick(mutations_max); count > 0; --count) mutate(input);
        if (input.size() > input_bytes_max) input.resize(input_bytes_max);
        return input;
    }

private:
    std::size_t pick(std::size_t count) { return count == 0 ? 0 : random_() % count; }

    void mutate(std::string& input) {
        const std::size_t at = pick(input.size() + 1);
        const std::size_t length = pick(std::min<std::size_t>(input.size() - at, 24) + 1);
        switch (pick(7)) {
            case 0: input.insert(at, pieces[pick(std::size(pieces))]); break;
            case 1: input.replace(at, length, pieces[pick(std::size(pieces))]); break;
            case 2: input.erase(at, length); break;
            case 3: input.insert(pick(input.size() + 1), input.substr(at, length)); break;
            case 4: input.insert(at, 1, static_cast<char>(random_())); break;
            case 5:
                if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << pick(8)));
                break;
            default: {
                const std::string& other = corpus_[pick(corpus_.size())];
                const std::size_t from = pick(other.size() + 1);
                input = input.substr(0, at) + other.substr(from);
            }
        }
    }

    const std::vector<std::string>& corpus_;
    std::mt19937_64 random_;
};

}

int main(int count, char** arguments) {
    finding_file = (std::filesystem::current_path() / "fuzz-finding").string();
    std::signal(SIGABRT, keep_finding);
    std::signal(SIGSEGV, keep_finding);
    if (count < 2 || !std::filesystem::is_directory(arguments[1])) {
        for (int i = 1; i < count; ++i) run_input(read_input(arguments[i]));
        return count < 2 ? 2 : 0;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    std::vector<std::string> corpus;
    for (const auto& file : files) corpus.push_back(read_input(file));
    if (corpus.empty()) {
        std::cerr << "fuzz: there is nothing in " << arguments[1] << "\n";
        return 2;
    }
    for (const std::string& input : corpus) run_input(input);
    Mutator mutator(corpus, count > 3 ? std::strtoull(arguments[3], nullptr, 10) : 1);
    const std::uint64_t iterations = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1000;
    for (std::uint64_t i = 0; i < iterations; ++i) run_input(mutator.next());
    std::cout << "fuzz: " << corpus.size() << " inputs and " << iterations << " mutations were handled\n";
}
