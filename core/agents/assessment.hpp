#pragma once

#include <string>

#include "agents/agent.hpp"

namespace murmur {

// What is said to the assessor of an agent's work, and what its answer means. Pure.

/// What it has to judge: the task, the commits, the checklist and the agent's last words, and the form of its answer.
std::string assessment_prompt(const Agent& agent);

enum class Verdict { done, not_done, unreadable };

struct Assessment {
    Verdict verdict = Verdict::unreadable;
    std::string why;  ///< what comes after the verdict; of an unreadable answer all of it
};

/// Reads an answer: its first line with words on it is the verdict, "VERDICT: done" or "VERDICT: not done", the rest
/// says why. Whatever a model likes to put around it (emphasis, headings, another case, no "VERDICT") does no harm, and
/// a preface does none as long as one line says "VERDICT:".
Assessment parse_assessment(const std::string& answer);

}
