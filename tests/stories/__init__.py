"""Stories: the whole bot, with fakes at its doors."""
