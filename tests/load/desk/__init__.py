"""A shift at a large desk: many agents, many chats; is everybody asked equally, and is every chat seen at once?"""
