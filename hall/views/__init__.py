"""Pages of the hall: the clerk's turns, the big screen and the kiosk, the machine's messages, the devices."""
