"""Web Push: encrypts, signs and sends notifications to the browsers that a user subscribed."""
