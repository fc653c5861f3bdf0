#include "cli/command_list.hpp"

#include "cli/commands/commands.hpp"

namespace murmur {

const std::vector<const CommandSpec*>& all_commands() {
    static const std::vector<const CommandSpec*> commands = {&spawn_command(),
                                                             &each_command(),
                                                             &ls_command(),
                                                             &status_command(),
                                                             &wait_command(),
                                                             &watch_command(),
                                                             &kill_command(),
                                                             &sleep_command(),
                                                             &wake_command(),
                                                             &on_idle_command(),
                                                             &budget_command(),
                                                             &notify_command(),
                                                             &report_pr_command(),
                                                             &session_watch_command(),
                                                             &session_send_command(),
                                                             &session_interrupt_command(),
                                                             &session_stop_command(),
                                                             &ssh_command(),
                                                             &queue_add_command(),
                                                             &queue_clear_command(),
                                                             &queue_strategy_command(),
                                                             &queue_conflict_resolution_command(),
                                                             &task_create_command(),
                                                             &task_update_command(),
                                                             &task_ls_command(),
                                                             &task_get_command(),
                                                             &snapshot_ls_command(),
                                                             &snapshot_export_command(),
                                                             &describe_command(),
                                                             &get_command(),
                                                             &set_command(),
                                                             &patch_command(),
                                                             &rm_command(),
                                                             &apply_command(),
                                                             &secret_set_command(),
                                                             &secret_ls_command(),
                                                             &secret_rm_command(),
                                                             &secret_rotate_key_command(),
                                                             &check_permissions_command(),
                                                             &tenant_whoami_command(),
                                                             &plugin_ls_command(),
                                                             &plugin_inspect_command(),
                                                             &daemon_status_command(),
                                                             &daemon_stop_command(),
                                                             &version_command(),
                                                             &completion_command(),
                                                             &complete_words_command(),
                                                             &help_command()};
    return commands;
}

}
