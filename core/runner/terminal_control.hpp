#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace murmur::runner {

/// What tmux tells a client in control mode (`tmux -C`), as far as a session needs it.
struct ControlNote {
    enum class Kind {
        output,    ///< `text` came from the pane
        paused,    ///< the output of the pane with the id `text` is held back until it is asked for
        attached,  ///< the client `text` shows the session
        detached,  ///< it does no longer
        reply,     ///< to the oldest command without one, in `lines`
        refusal,   ///< of it, with the reason in `text`
    };
    Kind kind;
    std::string text = {};
    std::vector<std::string> lines = {};
};

/// Reads what tmux writes in control mode, line by line. Replies to commands that others gave are left out.
class ControlReader {
public:
    std::optional<ControlNote> read(std::string_view line);

private:
    std::optional<ControlNote> end_block(bool is_refusal);

    std::string block_;  ///< the time, number and flags of the reply that is being read; empty: none is
    std::vector<std::string> lines_;
};

/// One word of a command line of tmux that means exactly these bytes, whatever they are. NUL bytes are left out.
std::string tmux_word(std::string_view text);

/// Whether the program has asked the terminal to mark what is pasted ("bracketed paste").
class PasteMode {
public:
    /// What the program wrote, in pieces as they come.
    void feed(std::string_view bytes);
    bool is_bracketed() const { return is_bracketed_; }

private:
    std::string tail_;  ///< where a sequence may have begun
    bool is_bracketed_ = false;
};

/// A message as it may be pasted: no control characters that the program would take for keys, and where it would take
/// a line break for the end of the message (not bracketed), blanks instead.
std::string paste_text(std::string_view text, bool is_bracketed);

}
