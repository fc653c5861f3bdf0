#include "api/expected_output.hpp"

namespace murmur {

std::string expected_output_text(const std::string& expected_output, const AgentId& id) {
    if (expected_output.empty()) return {};
    if (expected_output == "pr")
        return "What is expected of you is a pull request: commit your work on the branch that is checked out (it is "
               "pushed for you), and open a pull request from it. End its title with \" [murmur:" +
               id.workspace + "/" + id.slug() + "]\". Tell of it with: murmur report-pr URL --state open";
    if (expected_output == "push")
        return "What is expected of you are commits on the branch that is checked out; it is pushed for you. Do not "
               "open a pull request.";
    if (expected_output == "respond")
        return "What is expected of you is an answer, as the last thing that you say. Do not change files.";
    return "What is expected of you: " + expected_output;
}

std::string prompt_with_output(const std::string& system_prompt, const std::string& expected_output,
                               const AgentId& id) {
    const std::string text = expected_output_text(expected_output, id);
    return system_prompt + (system_prompt.empty() || text.empty() ? "" : "\n\n") + text;
}

}
