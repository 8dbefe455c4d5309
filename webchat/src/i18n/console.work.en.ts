/** English texts of saved replies, search, labels, mentions, files and labelled turns; as `console.en.ts`. */

import type { workDe } from "./console.work.de";

export const workEn: Record<keyof typeof workDe, string> = {
  // saved replies
  replies: "Saved replies",
  replies_search: "Find a saved reply",
  replies_hint: "Enter inserts, Shift+Enter in {lang}. Nothing is sent.",
  replies_in: "Text in {lang}",
  replies_failed: "The saved reply could not be filled in. Please try again.",
  fits: "Fits",
  fits_label: "Saved replies that fit",
  gap_left: "Please fill the gap ⟦…⟧ before you send.",
  n_unfilled_gap: "Your reply still has a gap ⟦…⟧. It was not sent.",
  choose_none: "Nothing found.",

  // files
  attach: "Attach a file",
  file_adding: "Checking {name} …",
  file_remove: "Remove {name}",
  file_too_big: "{name}: 5 MB at most.",
  file_type: "{name}: PDF, PNG and JPEG only.",
  file_refused: "{name} is not accepted: the file is broken or has active content.",
  file_failed: "{name} could not be uploaded.",
  file_many: "This conversation takes no more files.",
  files_failed: "The files were not sent. Your text is still here.",

  // search and filters
  find: "Search",
  find_ph: "Words, name, number",
  find_clear: "End search",
  filters: "Filters",
  f_skill: "Topic",
  f_locale: "Language",
  f_label: "Label",
  f_state: "State",
  f_all: "all",
  f_mine: "With me",
  f_mentions: "Mentions me",
  mentions_n: "{n} unread",
  found_n: "{n} conversations",
  found_1: "1 conversation",
  found_more: "Show more",
  found_none: "No conversation found.",
  found_none_hint: "Words are matched from their beginning, and all of them must occur.",
  found_failed: "The search did not work.",

  // several at once
  select: "Select",
  select_end: "End selection",
  select_row: "Select {name}",
  selected_n: "{n} selected",
  b_take: "Take over",
  b_label: "Label …",
  b_close: "Close",
  b_sure_take: "Take over the selection ({n})?",
  b_sure_label: "Label the selection “{label}” ({n})?",
  b_sure_close: "Close the selection ({n})?",
  b_only_mine: "Only conversations that you have yourself are closed.",
  b_done: "{n} done.",
  b_some: "{n} done, {m} not: somebody else was faster, or the conversation is not yours.",

  // labels, language, mentions
  label_add: "Add a label",
  label_remove: "Remove label {name}",
  language_of: "Customer's language",
  mentioned: "mentions you",
  mention_list: "Mention colleagues",
  work_failed: "That did not work. Please try again.",

  // turns of the bot
  guess: "Understood as",
  guess_unknown: "not understood",
  turn_title: "What was meant?",
  turn_search: "Find a topic",
  turn_hint: "Enter saves. The content team learns from it; the customer notices nothing.",
  turn_labelled: "meant: {intent}",
  turn_none: "The bot has not classified anything in this conversation yet.",
  turn_back: "Take the label back",

  // keys
  k_replies: "Open saved replies (also in the empty text field)",
  k_find: "Search conversations",
  k_turn: "Label a message that was misunderstood",

  // customers who were looked for
  people: "Customers",
  people_failed: "Customers could not be looked for.",
  invoice_n: "Invoice {n}",
  chats: "Conversations",
  never_wrote: "Has never written.",
  only_look: "To look at only, without a conversation. That you looked is logged.",

  // promises
  p_promised: "Promised",
  p_due: "by {t}",
  pr_first_answer: "First answer",
  pr_waiting: "Answer after opening",
  pr_callback: "Call",
  pr_written: "Written answer",
  ps_open: "open",
  ps_kept: "kept",
  ps_kept_late: "kept late",
  ps_broken: "broken",
  ps_withdrawn: "withdrawn",
};
