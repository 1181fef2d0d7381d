"""Every fault that is injected, row by row, and the tests that inject it: a row without one is an error."""

from dataclasses import dataclass

AZURE = "tests/whole/test_azure_faults.py::test_"
CORE = "tests/core/"
DISK = "tests/store/test_faults.py::test_"
ENDS = "tests/whole/test_ends.py::test_"
FAULTS = "tests/faults/"
HOSTING = "tests/hosting/"
SERVER = "tests/server/"
WHOLE = "tests/whole/"


@dataclass(frozen=True)
class Row:
    """One fault: its id, what is tried in words, and the tests, as pytest names them without their cases."""

    id: str
    tried: str
    tests: tuple[str, ...]


def row(id: str, tried: str, *tests: str) -> Row:
    """A row of the catalogue."""
    return Row(id, tried, tests)


ROWS = (
    row(
        "A1",
        "arguments of a call that are no JSON object, or 2 MB of one",
        f"{FAULTS}test_calls.py::test_arguments_that_are_no_object_are_never_executed",
        f"{CORE}test_turn.py::test_unreadable_arguments_are_not_sent_and_the_model_is_told",
    ),
    row(
        "A2",
        "unknown tools, one name on two servers, tools that are gone",
        f"{HOSTING}test_toolbox.py::test_an_unknown_tool_is_refused_naming_what_exists",
        f"{HOSTING}test_toolbox.py::test_the_same_tool_on_two_servers_keeps_apart_by_the_servers_names",
        f"{HOSTING}test_toolbox.py::test_changed_lists_are_read_again",
        f"{HOSTING}test_names.py::test_whatever_servers_call_their_tools_every_name_is_accepted_and_its_own",
    ),
    row(
        "A3",
        "wrong, missing and extra fields, against 500 random schemas",
        f"{HOSTING}test_arguments.py::test_wrong_missing_and_extra_fields_are_refused_and_fitting_ones_pass",
        f"{HOSTING}test_toolbox.py::test_arguments_that_do_not_fit_are_refused_before_they_are_sent",
    ),
    row(
        "A4",
        "a model that calls tools for ever",
        f"{CORE}test_turn.py::test_round_limit_stops_when_the_person_says_so",
        f"{CORE}test_turn.py::test_wrapping_up_at_the_limit_asks_for_words_only",
        f"{CORE}test_turn.py::test_continuing_at_the_limit_gives_as_many_rounds_again",
        f"{FAULTS}test_calls.py::test_model_that_calls_for_ever_is_stopped_in_the_real_application",
    ),
    row(
        "A5",
        "results of 0.9 to 100 MB",
        f"{HOSTING}test_hostile_bodies.py::test_a_result_of_any_size_is_taken_or_refused_and_the_session_is_soon_back",
        f"{SERVER}test_tools.py::test_long_result_is_shortened_and_says_so",
        f"{HOSTING}test_sse.py::test_a_result_that_is_too_large_is_said_and_the_session_is_rebuilt",
    ),
    row(
        "A6",
        "a million lines, one endless line, 10,000 content blocks, pictures",
        f"{FAULTS}test_sizes.py::test_result_of_any_shape_is_painted_at_once",
        f"{FAULTS}test_sizes.py::test_ten_thousand_content_blocks_become_one_bounded_text",
        f"{HOSTING}test_convert.py::test_what_is_no_text_becomes_a_line_that_says_what_it_is",
        f"{HOSTING}test_convert.py::test_more_than_four_pictures_are_only_named",
    ),
    row(
        "A7",
        "binary, surrogates, invalid UTF-8, NUL, BOM, CRLF",
        f"{FAULTS}test_sizes.py::test_bytes_that_are_no_text_are_readable_and_load_again",
        f"{HOSTING}test_sse.py::test_half_a_character_in_a_result_does_not_lose_the_result",
        f"{CORE}test_text.py::test_lone_surrogates_can_be_encoded_afterwards",
    ),
    row(
        "A8",
        "escape sequences split at every character, on every surface",
        f"{FAULTS}test_hostile_text.py::test_answer_split_at_every_character",
        f"{FAULTS}test_hostile_text.py::test_call_with_its_question_its_result_and_its_detail",
        f"{FAULTS}test_hostile_text.py::test_tools_tab",
        f"{CORE}test_text.py::test_no_sequence_survives_when_split_at_any_character",
        f"{FAULTS}test_surfaces.py::test_last_look_takes_out_what_nobody_else_did",
    ),
    row(
        "A9",
        "the same in errors, titles, dialogs, exports, screenshots and reopened conversations",
        f"{FAULTS}test_hostile_text.py::test_answer_split_at_every_character",
        f"{FAULTS}test_hostile_text.py::test_call_with_its_question_its_result_and_its_detail",
        f"{FAULTS}test_hostile_text.py::test_tools_tab",
        f"{FAULTS}test_hostile_text.py::test_error_in_the_services_words",
        f"{FAULTS}test_hostile_text.py::test_names_given_in_a_dialog_and_lists_that_show_them",
        f"{FAULTS}test_hostile_text.py::test_exports_and_screenshots",
        f"{FAULTS}test_hostile_text.py::test_reopened_in_another_run",
    ),
    row(
        "A10",
        "markup in names, descriptions, arguments, results, answers, errors",
        "tests/ui/tools/test_untrusted_text.py::test_markup_is_shown_literally_everywhere",
        "tests/ui/approval/test_answering.py::test_hostile_names_and_a_megabyte_of_arguments_are_shown_literally_and_whole",
        f"{FAULTS}test_surfaces.py::test_markup_is_shown_as_it_is_on_every_surface",
    ),
    row(
        "A11",
        "right-to-left, tags, zero-width, joined emoji, combining marks, wide characters",
        "tests/ui/tools/test_untrusted_text.py::test_invisible_characters_in_names_and_schemas_are_spelled_out",
        f"{CORE}test_text.py::test_plain_text_of_all_scripts_is_untouched",
        f"{CORE}test_text.py::test_joined_emoji_stays_whole",
        f"{CORE}test_approval.py::test_arguments_that_hold_secrets_or_hidden_characters_are_always_asked_about",
    ),
    row(
        "A12",
        "10,000 and 100,000 characters; pastes that hold keys",
        f"{FAULTS}test_paste.py::test_any_paste_is_one_text_between_two_keys",
        f"{FAULTS}test_paste.py::test_keys_are_what_they_were",
        f"{FAULTS}test_paste.py::test_no_paste_presses_a_key_in_a_real_terminal",
        f"{FAULTS}test_paste.py::test_a_hundred_thousand_characters_are_taken_shown_and_refused_with_the_draft_kept",
        f"{WHOLE}test_hard_places.py::test_paste_over_the_limit_is_refused_and_the_draft_stays",
    ),
    row(
        "A13",
        "random strings through every renderer, a monkey at the keyboard",
        f"{FAULTS}test_fuzz.py::test_any_text_is_drawn",
        f"{FAULTS}test_monkey.py::test_no_key_makes_it_fail",
    ),
    row(
        "A14",
        "calculations that cannot be done",
        f"{FAULTS}test_calls.py::test_impossible_calculations_are_told_at_once",
        f"{SERVER}test_tools.py::test_calculate_answers_what_it_cannot_do_in_words",
        f"{SERVER}test_tools.py::test_numbers_that_json_does_not_have_are_refused",
    ),
    row(
        "B1",
        "a server that is absent, answers HTML or 404",
        f"{HOSTING}test_server_faults.py::test_what_is_no_mcp_server_is_said_within_a_second",
        f"{HOSTING}test_sse.py::test_a_server_that_is_absent_is_said_within_a_second_with_a_way_out",
        f"{HOSTING}test_sse.py::test_what_is_no_mcp_server_is_said_in_words",
        f"{HOSTING}test_server_faults.py::test_the_bundled_server_takes_the_place_of_one_that_is_down",
    ),
    row(
        "B2",
        "silence, no endpoint, an endpoint elsewhere, binary",
        f"{HOSTING}test_sse.py::test_silence_ends_at_the_deadline",
        f"{HOSTING}test_sse.py::test_a_stream_without_an_endpoint_ends_at_the_deadline",
        f"{HOSTING}test_sse.py::test_an_endpoint_on_another_host_is_not_used",
        f"{HOSTING}test_server_faults.py::test_silence_is_given_up_when_people_are_told_it_is",
    ),
    row(
        "B3",
        "killed during a call, again and again",
        f"{HOSTING}test_server_faults.py::test_a_server_that_was_well_is_back_soon_each_time_it_is_killed",
        f"{HOSTING}test_launcher.py::"
        "test_a_server_killed_during_a_call_loses_the_call_and_comes_back_without_repeating_it",
        f"{WHOLE}test_server_death.py::test_server_killed_during_a_call_is_a_red_row_and_back_soon",
    ),
    row(
        "B4",
        "a crash loop",
        f"{HOSTING}test_server_faults.py::test_a_crash_loop_pauses_longer_each_time_and_ends_with_the_last_words",
        f"{HOSTING}test_launcher.py::test_a_server_that_keeps_crashing_is_given_up_with_its_last_words",
    ),
    row(
        "B5",
        "failed and dropped POSTs, silence, garbage, wrong ids",
        f"{HOSTING}test_sse.py::test_a_failed_post_fails_its_call_at_once_and_the_next_call_works",
        f"{HOSTING}test_sse.py::test_a_call_without_an_answer_times_out_and_the_session_is_rebuilt",
        f"{HOSTING}test_sse.py::test_cancelling_a_call_to_a_hung_server_is_quick",
    ),
    row(
        "B6",
        "answers that are late, doubled and swapped",
        f"{HOSTING}test_server_faults.py::test_a_thousand_answers_that_are_late_doubled_and_swapped_are_never_mixed_up",
        f"{HOSTING}test_server_faults.py::test_an_answer_after_the_time_is_up_is_ignored_and_remarked_on",
    ),
    row(
        "B7",
        "a port that another program or another MCP server has",
        f"{HOSTING}test_server_faults.py::test_no_tool_of_another_mcp_server_on_the_port_is_adopted",
        f"{HOSTING}test_launcher.py::test_a_port_taken_by_another_program_is_left_alone",
        f"{WHOLE}test_server_death.py::test_port_that_another_program_has_is_left_to_it",
    ),
    row(
        "B8",
        "a byte a second, floods, bodies without end",
        f"{HOSTING}test_hostile_bodies.py::test_a_body_without_end_behind_a_post_holds_up_nothing",
        f"{HOSTING}test_hostile_bodies.py::"
        "test_a_body_that_drips_behind_a_notification_does_not_keep_the_next_message_waiting",
        f"{HOSTING}test_hostile_bodies.py::test_a_server_that_cannot_be_connected_to_does_not_fill_the_memory",
        f"{HOSTING}test_hostile_bodies.py::test_a_flood_during_a_call_does_not_lose_the_call",
    ),
    row(
        "B9",
        "lists of 0 and 1,000 tools, cyclic and remote schemas, endless descriptions",
        f"{HOSTING}test_sse.py::test_a_long_list_is_cut_and_says_so",
        f"{HOSTING}test_sse.py::test_lists_that_the_server_does_not_know_are_empty",
        f"{HOSTING}test_server_faults.py::test_a_schema_that_refers_to_itself_is_checked",
        f"{HOSTING}test_server_faults.py::test_a_schema_whose_check_would_never_end_is_left_to_the_server",
        f"{HOSTING}test_server_faults.py::test_schemas_of_half_a_megabyte_do_not_freeze_the_application",
    ),
    row(
        "B10",
        "stopped and continued",
        f"{HOSTING}test_server_faults.py::test_a_server_that_stood_still_is_usable_soon_after_it_goes_on",
    ),
    row(
        "C1",
        "400, 401, 403, 404",
        f"{AZURE}refusal_is_said_in_one_sentence_with_what_to_do_after_one_request",
        "tests/azure/test_errors.py::test_a_refusal_is_one_sentence_a_hint_and_the_request_id",
    ),
    row(
        "C2",
        "429, 500, 503, 408, with and without retry-after",
        f"{AZURE}failure_that_passes_is_counted_down_and_tried_again",
        f"{AZURE}failure_that_stays_is_told_after_three_requests_and_sent_again_by_one_key",
        f"{AZURE}wait_before_another_try_can_be_stopped_and_keeps_the_draft",
    ),
    row(
        "C3",
        "refused, no such host, TLS",
        "tests/azure/test_errors.py::test_a_network_failure_names_its_cause",
        f"{WHOLE}test_azure.py::test_endpoint_that_is_not_there_never_falls_back_to_the_planner",
        f"{WHOLE}test_azure.py::test_endpoint_without_a_secure_connection_is_asked_once_and_told",
    ),
    row(
        "C4",
        "silence in the stream",
        f"{AZURE}escape_stops_a_silent_answer_and_leaves_the_connection",
        f"{CORE}test_turn.py::test_silence_is_told_and_what_comes_after_it_ends_it",
        f"{CORE}test_turn.py::test_silence_that_lasts_ends_the_turn_in_words_and_keeps_the_text",
    ),
    row("C5", "hard cuts, ends without a reason", f"{AZURE}what_came_of_a_broken_answer_is_kept_and_marked"),
    row(
        "C6",
        "bad chunks, error events",
        f"{AZURE}what_came_of_a_broken_answer_is_kept_and_marked",
        "tests/azure/test_errors.py::test_a_chunk_that_is_no_json_is_told",
        "tests/azure/test_errors.py::test_an_error_event_in_the_stream_is_told_in_its_words",
    ),
    row(
        "C7",
        "empty choices, no delta, only usage, offsets of the filter",
        f"{AZURE}odd_chunks_are_passed_over_and_every_call_is_answered_once",
    ),
    row(
        "C8",
        "the output limit and the content filter",
        f"{AZURE}what_came_of_a_broken_answer_is_kept_and_marked",
        f"{AZURE}refusal_is_said_in_one_sentence_with_what_to_do_after_one_request",
    ),
    row(
        "C9",
        "parallel calls, index gaps, missing ids, names in pieces",
        f"{AZURE}odd_chunks_are_passed_over_and_every_call_is_answered_once",
    ),
    row("C10", "a conversation that is too long", f"{AZURE}too_long_a_conversation_goes_on_without_its_oldest_turns"),
    row(
        "D1",
        "kill -9 at random moments",
        f"{DISK}d1_killed_at_any_moment_nothing_acknowledged_is_lost_and_the_interrupted_turn_is_marked",
        f"{WHOLE}test_history_survives.py::test_killed_conversation_is_there_with_its_open_call_closed",
    ),
    row(
        "D2",
        "damaged databases and recordings",
        f"{DISK}d2_any_damaged_database_is_opened_or_kept_aside_and_recordings_are_read_or_refused_in_words",
        f"{CORE}test_damaged_recordings.py::test_damaged_recordings_play_and_can_be_checked",
    ),
    row(
        "D3",
        "full disks and errors at every step of a write",
        f"{DISK}d3_a_disk_that_is_really_full_is_said_at_once_and_everything_is_stored_when_there_is_room",
        f"{DISK}d3_an_error_at_any_step_of_a_write_is_said_and_the_order_is_kept",
        f"{DISK}d3_what_could_not_be_stored_is_tried_again_by_itself",
    ),
    row(
        "D4",
        "no home, and a home that cannot be written",
        f"{WHOLE}test_hard_places.py::test_home_that_cannot_be_written_means_memory_and_says_so",
        f"{WHOLE}test_hard_places.py::test_read_only_home_means_memory_and_says_so",
        "tests/store/test_history_faults.py::test_without_a_home_everything_works_in_memory_and_that_is_said",
        "tests/store/test_history_faults.py::test_a_read_only_home_works_in_memory_and_that_is_said",
    ),
    row("D5", "five processes at once", f"{DISK}d5_five_processes_at_once_lose_nothing"),
    row(
        "D6",
        "signals, a closed terminal, Ctrl+C, a mistake, kill -9, at any moment",
        f"{FAULTS}test_ends.py::test_however_it_ends_nothing_is_left",
        f"{ENDS}idle_application_ends_well",
        f"{ENDS}application_ends_well_while_a_tool_runs",
        f"{ENDS}application_ends_well_while_an_answer_streams",
        f"{ENDS}signal_before_the_session_is_ready_ends_it_well",
    ),
    row(
        "D7",
        "a mistake in a key's handler",
        f"{ENDS}mistake_in_the_program_leaves_a_clean_terminal_and_a_file_without_secrets",
    ),
    row(
        "E",
        "paths, links, devices, sizes, races, kill -9 while saving",
        *(
            f"{SERVER}test_files.py::test_{name}"
            for name in (
                "name_that_could_lead_elsewhere_is_refused",
                "secret_path_is_refused_however_it_is_written",
                "links_are_not_followed",
                "existing_and_missing_files_behind_a_link_look_the_same",
                "what_is_no_plain_file_is_refused_without_waiting",
                "device_is_refused",
                "two_spellings_of_an_accent_are_one_file",
                "text_of_exactly_the_limit_fits_and_one_byte_more_does_not",
                "large_and_sparse_files_are_not_read",
                "file_that_grows_while_it_is_read_is_cut_off_at_the_limit",
                "root_is_made_when_it_is_first_needed_and_may_be_a_link",
            )
        ),
        f"{SERVER}test_files_under_stress.py::test_link_that_comes_and_goes_never_leads_outside",
        f"{SERVER}test_files_under_stress.py::test_kill_in_the_middle_of_saving_leaves_the_old_or_the_new_file",
        f"{FAULTS}test_races.py::test_five_seconds_of_exchanged_links_lead_nowhere",
    ),
    row(
        "F",
        "strangers at the bundled server: hosts, origins, tokens, bodies, sessions, half-open connections",
        f"{FAULTS}test_load.py::test_stranger_finds_no_door_and_no_cors_header",
        f"{FAULTS}test_load.py::test_half_open_connections_and_slow_readers_delay_nobody",
        f"{SERVER}test_gate.py::test_any_other_host_name_is_misdirected",
        f"{SERVER}test_gate.py::test_web_pages_are_refused_even_with_the_token",
        f"{SERVER}test_gate.py::test_without_the_right_token_nothing_is_served",
        f"{SERVER}test_settings.py::test_other_computers_are_not_let_in_without_a_token",
        f"{SERVER}test_serving.py::test_guessed_session_and_nonsense_are_refused",
        f"{SERVER}test_serving.py::test_body_over_four_megabytes_is_refused",
    ),
    row(
        "G",
        "50 clients at once, 10,000 calls, a tool that blocks",
        f"{FAULTS}test_load.py::test_many_clients_each_get_their_own_answers_in_time",
        f"{FAULTS}test_load.py::test_memory_stays_flat_over_thousands_of_calls",
        f"{FAULTS}test_load.py::test_tool_that_blocks_delays_nobody",
    ),
    row(
        "H",
        "a canary key everywhere, a whole run and a crash",
        f"{FAULTS}test_secrets.py::test_no_key_leaves_the_wire",
        f"{FAULTS}test_secrets.py::test_no_key_is_in_what_a_crash_leaves",
        f"{FAULTS}test_secrets.py::test_no_type_that_holds_a_key_prints_it",
        f"{HOSTING}test_launcher.py::test_no_key_reaches_the_running_server",
    ),
    row(
        "Z",
        "fuzz: settings, recordings, database rows, streams, schemas, commands, queries",
        f"{FAULTS}test_fuzz.py::test_any_settings_file_is_read_or_refused_in_words",
        f"{FAULTS}test_fuzz.py::test_any_bytes_of_a_model_are_an_answer_or_told_in_words",
        f"{FAULTS}test_fuzz.py::test_any_bytes_of_a_server_are_an_outcome",
        f"{FAULTS}test_fuzz.py::test_any_search_line_is_understood",
        f"{FAULTS}test_fuzz.py::test_any_command_line_is_a_command_or_none",
        f"{FAULTS}test_fuzz.py::test_any_schema_is_offered_to_the_model",
        "tests/store/test_codec.py::test_garbage_is_refused_in_words",
        "tests/store/test_codec.py::test_a_line_with_one_field_changed_is_read_or_refused_in_words",
        "tests/store/test_recording.py::test_a_mutated_recording_is_read_or_refused_in_words",
        "tests/ui/tools/test_schema_form.py::test_no_schema_however_odd_breaks_the_form",
    ),
)
